package dev.gatewaydb.sync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The page as people see it. Screenshots are left in {@code target/screenshots}. */
@Tag("chromium")
@ExtendWith(ScratchPostgres.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PageTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Serving server;
  private ChromeDriver browser;
  private String key = "";

  @BeforeAll
  void start(@Migrated ScratchDatabase database) throws Exception {
    Files.createDirectories(SCREENSHOTS);
    Serving.execute(
        database,
        """
        ALTER TABLE api_keys ADD COLUMN noticed_by_nobody text;
        CREATE TABLE leftover AS SELECT n, md5(n::text) FROM generate_series(1, 3000) n;
        ANALYZE
        """);
    key = Serving.key(database, "dashboard", "ops:status:read").secret().reveal();
    server = Serving.keyed(Serving.gateway(database.settings(), Serving.scratch(database)));
    server.get("/init.sql", "X-API-Key", key);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(server.get("/", "X-API-Key", key).body()).doesNotContain("checking…"));
    browser = browser();
  }

  private static ChromeDriver browser() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary("/usr/bin/chromium");
    // Chromium's sandbox refuses root, and /dev/shm is small in containers.
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--force-device-scale-factor=1");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Path.of("/usr/bin/chromedriver").toFile())
            .usingAnyFreePort()
            .build();
    return new ChromeDriver(service, options);
  }

  @AfterAll
  void stop() {
    browser.quit();
    server.close();
  }

  @AfterEach
  void forget() {
    browser.manage().deleteAllCookies();
  }

  private void look(String scheme, int width) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 500));
  }

  private void signIn() {
    browser.get(server.uri("/").toString());
    browser.findElement(By.id("key")).sendKeys(key, Keys.ENTER);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> !browser.findElements(By.id("migrations")).isEmpty());
  }

  private void screenshot(String name) throws IOException {
    Map<String, Object> shot =
        browser.executeCdpCommand("Page.captureScreenshot", Map.of("captureBeyondViewport", true));
    Files.write(
        SCREENSHOTS.resolve(name + ".png"),
        Base64.getDecoder().decode(String.valueOf(shot.get("data"))));
  }

  /** Serious and worse, by axe-core's count. */
  private List<String> axe() throws IOException {
    try (InputStream script =
        Objects.requireNonNull(PageTest.class.getResourceAsStream("/axe.min.js"))) {
      browser.executeScript(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
    Object found =
        browser.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']})
                .then(r => done(JSON.stringify(r.violations)), e => done(String(e)))
            """);
    List<String> serious = new ArrayList<>();
    for (JsonNode violation : JSON.readTree(String.valueOf(found))) {
      if (List.of("serious", "critical").contains(violation.path("impact").asText())) {
        serious.add(violation.path("id").asText() + ": " + violation.path("nodes"));
      }
    }
    return serious;
  }

  /** But for the 401 that the first visit is answered with. */
  private List<String> complaints() {
    return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .filter(message -> !message.contains("401 (Unauthorized)"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"light,1280", "dark,1280", "light,390", "dark,390"})
  void looksGoodAndLeavesNobodyOut(String scheme, int width) throws Exception {
    look(scheme, width);
    browser.get(server.uri("/").toString());
    screenshot("sign-in-" + scheme + "-" + width);
    assertThat(axe()).isEmpty();
    signIn();
    browser.executeScript("document.querySelector('#diagram').scrollIntoView()");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                Boolean.TRUE.equals(
                    browser.executeScript(
                        "return document.querySelector('.diagram img').naturalWidth > 100")));
    browser.executeScript("scrollTo(0, 0)");
    screenshot("page-" + scheme + "-" + width);
    assertThat(axe()).isEmpty();
    assertThat(complaints()).isEmpty();
    assertThat(browser.getPageSource()).doesNotContain("<script");
    assertThat((Long) browser.executeScript("return document.documentElement.scrollWidth"))
        .as("nothing sticks out to the side")
        .isLessThanOrEqualTo(width);
  }

  @Test
  void canBeUsedWithTheKeyboardAlone() {
    look("light", 1280);
    signIn();
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      browser.switchTo().activeElement().sendKeys(Keys.TAB);
      WebElement here = browser.switchTo().activeElement();
      if (here.getTagName().equals("body") && i > 0) {
        break;
      }
      reached.add(
          String.valueOf(here.getAttribute("textContent")).strip().lines().findFirst().orElse(""));
      assertThat(
              browser.executeScript(
                  "const s = getComputedStyle(document.activeElement);"
                      + " return s.outlineStyle !== 'none' && s.outlineWidth !== '0px'"))
          .as("%s shows that it is reached", reached.getLast())
          .isEqualTo(true);
    }
    assertThat(reached.getFirst()).isEqualTo("Skip to content");
    assertThat(reached).contains("Migrations", "Sign out", "5 earlier ones", "init.sql");
    browser.findElement(By.tagName("summary")).sendKeys(Keys.ENTER);
    assertThat(browser.findElement(By.tagName("details")).getAttribute("open")).isNotNull();
  }

  @Test
  void runsNoScriptAndLoadsNothingFromElsewhere() {
    look("light", 1280);
    signIn();
    Object addresses =
        browser.executeScript(
            "return performance.getEntriesByType('resource').map(e => e.name).join(' ')");
    assertThat(String.valueOf(addresses).split(" "))
        .isNotEmpty()
        .allMatch(address -> address.startsWith(server.uri("/").toString()));
    assertThat(browser.findElements(By.tagName("script"))).isEmpty();
    browser.executeScript(
        "const s = document.createElement('script'); s.textContent = 'window.ran = true';"
            + " document.body.append(s)");
    assertThat(browser.executeScript("return window.ran === true")).isEqualTo(false);
    // Taken out of the log, which the tests share.
    assertThat(complaints()).singleElement().asString().contains("inline script");
  }

  @Test
  void saysWhatIsWrongWithAKey() {
    look("light", 1280);
    browser.get(server.uri("/").toString());
    browser.findElement(By.id("key")).sendKeys("gw_live_nonsense", Keys.ENTER);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> !browser.findElements(By.cssSelector("[role=alert]")).isEmpty());
    assertThat(browser.findElement(By.cssSelector("[role=alert]")).getText())
        .isEqualTo("invalid API key");
    assertThat(browser.getPageSource()).doesNotContain("gw_live_nonsense");
    signIn();
    browser.findElement(By.xpath("//button[text()='Sign out']")).click();
    assertThat(browser.findElement(By.id("key")).isDisplayed()).isTrue();
  }
}
