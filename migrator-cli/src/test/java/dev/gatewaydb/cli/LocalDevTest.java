package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.scratch.LocalServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
final class LocalDevTest {
  private static final Pattern KEY = Pattern.compile("gw_test_[0-9A-Za-z]{49}\\b");

  @TempDir private static Path sharedFolder;

  private final List<Project> projects = new ArrayList<>();

  @TempDir private Path folder;

  /** One run of initdb and of all migrations, whose data most tests start from. */
  @BeforeAll
  static void prepareData() throws IOException {
    Project project = Project.in(sharedFolder);
    detach(project);
    project.run("local-dev", "stop").exits(0);
  }

  @AfterEach
  void stopEverything() {
    projects.forEach(
        project -> new LocalServer(project.directory().resolve(".gwdb/postgres")).stop());
  }

  private Project project(String name) {
    Project project = Project.in(folder.resolve(name)).with("PATH", System.getenv("PATH"));
    projects.add(project);
    return project;
  }

  private Project projectWithData(String name) throws IOException, InterruptedException {
    Project project = project(name);
    Path data = sharedFolder.resolve(".gwdb");
    Process copy =
        new ProcessBuilder("cp", "-Rp", data.toString(), project.directory().toString()).start();
    assertThat(copy.waitFor()).isZero();
    return project;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Result detach(Project project, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(List.of("local-dev", "--detach", "--port", "" + freePort()));
    args.addAll(List.of(more));
    return project.run(args.toArray(new String[0])).exits(0);
  }

  private static List<String> keys(String text) {
    return KEY.matcher(text).results().map(MatchResult::group).toList();
  }

  private static DatabaseSettings settings(Result result) {
    String url =
        result
            .out()
            .lines()
            .filter(line -> line.startsWith("DATABASE_URL="))
            .map(line -> line.substring("DATABASE_URL=".length()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no DATABASE_URL in:\n" + result.out()));
    return DatabaseSettings.fromEnvironment(Map.of("DATABASE_URL", url));
  }

  private static List<String> query(DatabaseSettings settings, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = settings.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private static boolean isRunning(Project project) {
    return project.run("local-dev", "status").code() == 0;
  }

  private static String sha256(String text) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash);
  }

  /** The whole life of a project, in one process after the other. */
  @Test
  void staysUntilInterruptedAndKeepsItsData() throws Exception {
    Project project = project("project");
    String port = Integer.toString(freePort());
    List<String> keys;
    try (GwdbProcess first = project.process("local-dev", "--port", port)) {
      first.awaitText("Ctrl-C stops it");
      assertThat(first.isAlive()).isTrue();
      assertThat(isRunning(project)).isTrue();
      first.signal("INT");
      Result result = first.result().exits(130);
      assertThat(result.err())
          .contains(Shipped.COUNT + " applied, 0 pending")
          .endsWith("stopped\n");
      keys = keys(result.out());
      assertThat(keys).hasSize(3).doesNotHaveDuplicates();
      assertThat(result.out()).contains("PostgreSQL is ready on port " + port);
      assertThat(result.out()).contains("dev-admin").contains("dev-rpc_read").contains("Next: ");
    }
    assertThat(project.run("local-dev", "status").exits(1).out())
        .isEqualTo("not running; its data is kept\n");

    try (GwdbProcess second = project.process("local-dev", "--port", port)) {
      second.awaitText("Ctrl-C stops it");
      DatabaseSettings settings = settings(project.run("local-dev", "status").exits(0));
      List<String> hashes =
          query(settings, "SELECT encode(key_hash, 'hex') FROM api_keys ORDER BY name");
      assertThat(hashes)
          .containsExactly(sha256(keys.get(0)), sha256(keys.get(1)), sha256(keys.get(2)));
      for (String row : query(settings, "SELECT k::text FROM api_keys k")) {
        assertThat(keys).noneMatch(row::contains);
      }
      second.signal("TERM");
      Result result = second.result().exits(143);
      assertThat(keys(result.out())).isEmpty();
      assertThat(result.out()).contains("only their hashes are kept");
      assertThat(result.err()).contains("0 pending").doesNotContain("applied");
    }
    assertThat(isRunning(project)).isFalse();
  }

  @Test
  void outlivesAKilledStartUntilItIsStopped() throws Exception {
    Project project = projectWithData("killed");
    try (GwdbProcess start = project.process("local-dev", "--port", "" + freePort())) {
      start.awaitText("Ctrl-C stops it").signal("KILL");
      start.result().exits(137);
    }
    assertThat(project.run("local-dev", "status").exits(0).out()).startsWith("running on port ");
    assertThat(project.run("local-dev", "stop").exits(0).out()).isEqualTo("stopped\n");
    assertThat(project.run("local-dev", "stop").exits(0).out()).isEqualTo("it was not running\n");

    try (GwdbProcess start = project.process("local-dev", "--port", "" + freePort())) {
      start.awaitText("Ctrl-C stops it");
      project.run("local-dev", "stop").exits(0);
      assertThat(start.result().exits(0).err()).endsWith("PostgreSQL was stopped from elsewhere\n");
    }
  }

  @Test
  void leavesItRunningWhenDetached() throws Exception {
    Project project = project("with spaces, ünd mehr");
    Result first = detach(project);
    assertThat(first.out()).contains("gwdb local-dev stop");
    List<String> keys = keys(first.out());
    DatabaseSettings settings = settings(first);

    int port = settings.hosts().get(0).port();
    Result again = project.run("local-dev").exits(0);
    assertThat(again.err())
        .startsWith("local-dev is already running on port " + port + "\n0 pending; ");
    assertThat(again.out()).isEqualTo("DATABASE_URL=" + settings.uri() + "\n");

    JsonNode status = project.run("local-dev", "status", "--json").exits(0).json();
    assertThat(status.fieldNames()).toIterable().containsExactly("running", "port", "databaseUrl");
    assertThat(status.get("running").booleanValue()).isTrue();
    assertThat(status.get("port").intValue()).isEqualTo(port);
    assertThat(status.get("databaseUrl").textValue()).isEqualTo(settings.uri());

    assertThat(query(settings, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
        .containsExactly("f");
    assertThat(query(settings, "SHOW listen_addresses")).containsExactly("localhost");
    Project user = project.with("DATABASE_URL", settings.uri());
    user.run("doctor").exits(0);

    // As after pulling new migrations.
    user.run("revert", "--yes", "--accept-loss", "all").exits(0);
    assertThat(project.run("local-dev").exits(0).err()).contains("1 applied, 0 pending; ");
    String elsewhere = settings.uri().replace(":" + port + "/", ":1/");
    assertThat(user.with("DATABASE_URL", elsewhere).run("status").exits(3).err())
        .contains("local-dev runs on port %d: DATABASE_URL=%s".formatted(port, settings.uri()));

    Path empty = Files.createDirectories(folder.resolve("empty"));
    Result fresh = detach(project.with("PATH", empty.toString()), "--fresh", "--redis");
    assertThat(fresh.err()).contains("warning: redis-server is not on the PATH; install it");
    assertThat(fresh.out()).doesNotContain("REDIS_URL");
    assertThat(keys(fresh.out())).hasSize(3).doesNotContainAnyElementsOf(keys);
    assertThat(query(settings(fresh), "SELECT count(*) FROM api_keys")).containsExactly("3");
  }

  @Test
  void reportsThatItIsNotRunning() {
    Project project = project("never");
    assertThat(project.run("local-dev", "status").exits(1).out()).isEqualTo("not running\n");
    JsonNode status = project.run("local-dev", "status", "--json").exits(1).json();
    assertThat(status.get("running").booleanValue()).isFalse();
    assertThat(status.get("port").isNull()).isTrue();
    assertThat(status.get("databaseUrl").isNull()).isTrue();
    assertThat(project.run("local-dev", "stop").exits(0).out()).isEqualTo("it was not running\n");
    assertThat(project.directory().resolve(".gwdb")).doesNotExist();
  }

  @Test
  void takesTheNextFreePortBesideAnotherProject() throws Exception {
    Project one = projectWithData("one");
    DatabaseSettings first = settings(detach(one));
    int port = first.hosts().get(0).port();
    Project two = projectWithData("two");
    Result result = two.run("local-dev", "--detach", "--port", "" + port).exits(0);
    DatabaseSettings second = settings(result);
    int next = second.hosts().get(0).port();
    assertThat(next).isGreaterThan(port).isLessThan(port + 50);
    assertThat(result.err())
        .contains("port %d is taken, so PostgreSQL listens on %d".formatted(port, next));
    one.run("local-dev", "stop").exits(0);
    assertThat(query(second, "SELECT count(*) FROM api_keys")).containsExactly("3");

    // The lower port is free now, and a .env may hold the one of last time.
    two.run("local-dev", "stop").exits(0);
    assertThat(settings(two.run("local-dev", "--detach").exits(0))).isEqualTo(second);
  }

  @Test
  void twoStartsInOneProjectMakeOneServer() throws IOException {
    Project project = project("twice");
    int port = freePort();
    try (GwdbProcess first = project.process("local-dev", "--detach", "--port", "" + port);
        GwdbProcess second = project.process("local-dev", "--detach", "--port", "" + port)) {
      Result a = first.result().exits(0);
      Result b = second.result().exits(0);
      assertThat(settings(a)).isEqualTo(settings(b));
      assertThat(keys(a.out() + b.out())).hasSize(3);
      assertThat(a.err() + b.err()).containsOnlyOnce("local-dev is already running");
    }
  }

  @Test
  void recoversFromAStartKilledHalfWay() throws Exception {
    Project project = project("halfway");
    Path home = project.directory().resolve(".gwdb/postgres");
    try (GwdbProcess start = project.process("local-dev", "--port", "" + freePort())) {
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(1))
          .until(() -> found(home, "data.new-*"));
      start.signal("KILL");
      start.result().exits(137);
    }
    assertThat(isRunning(project)).isFalse();
    Result result = detach(project);
    assertThat(query(settings(result), "SELECT count(*) FROM api_keys")).containsExactly("3");
  }

  private static boolean found(Path folder, String glob) throws IOException {
    if (!Files.exists(folder)) {
      return false;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, glob)) {
      return found.iterator().hasNext();
    }
  }

  @Test
  void leavesNothingRunningWhenInterruptedWhileStarting() throws Exception {
    Project project = projectWithData("interrupted");
    LocalServer server = new LocalServer(project.directory().resolve(".gwdb/postgres"));
    try (GwdbProcess start = project.process("local-dev", "--port", "" + freePort())) {
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(1))
          .until(() -> server.process().isPresent());
      start.signal("INT");
      start.result().exits(130);
    }
    assertThat(server.process()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "65536", "abc", ""})
  void refusesAPortThatIsNone(String port) {
    Project project = project("port");
    Result result = project.run("local-dev", "--port", port).exits(2);
    assertThat(result.errors()).hasSize(1).first().asString().contains("--port");
    assertThat(project.directory().resolve(".gwdb")).doesNotExist();
  }

  @Test
  void startsAndStopsRedis() throws Exception {
    Project plain = projectWithData("with redis");
    Path bin = fakeRedis("FakeRedis");
    Project project = plain.with("PATH", bin + ":" + System.getenv("PATH"));
    Result result = detach(project, "--redis");
    int port =
        Pattern.compile("REDIS_URL=redis://localhost:(\\d+)\\n")
            .matcher(result.out())
            .results()
            .map(match -> Integer.parseInt(match.group(1)))
            .findFirst()
            .orElseThrow(() -> new AssertionError(result.out()));
    assertThat(listens(port)).isTrue();
    assertThat(project.run("local-dev", "--redis").exits(0).out()).contains("localhost:" + port);
    project.run("local-dev", "stop").exits(0);
    assertThat(listens(port)).isFalse();
  }

  @Test
  void saysWhenRedisDoesNotStart() throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bad-bin"));
    Path script = Files.writeString(bin.resolve("redis-server"), "#!/bin/sh\necho no; exit 1\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Project project = project("bad redis").with("PATH", bin + ":" + System.getenv("PATH"));
    Result result =
        project.run("local-dev", "--detach", "--redis", "--port", "" + freePort()).exits(5);
    assertThat(result.errors().get(0)).startsWith("Redis did not start: exit code 1");
    assertThat(result.err()).contains(project.directory().resolve(".gwdb/redis").toString());
  }

  private Path fakeRedis(String name) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // The whole class path would push the arguments beyond what ProcessHandle reads of a command.
    String classes = FakeRedis.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    Path script =
        Files.writeString(
            bin.resolve("redis-server"),
            """
            #!/bin/sh
            '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' dev.gatewaydb.cli.%s "$@" </dev/null >/dev/null 2>&1 &
            """
                .formatted(java, classes, name));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin;
  }

  private static boolean listens(int port) {
    try (java.net.Socket socket = new java.net.Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({"gwdb.toml,true", "other.txt,false"})
  void keepsItsDataAtTheProjectsRoot(String marker, boolean above) throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    Files.createFile(root.resolve(marker));
    Path below = Files.createDirectories(root.resolve("below"));
    Files.createDirectories(root.resolve(".gwdb/postgres"));
    Result status = new Project(below, Map.of()).run("local-dev", "status").exits(1);
    assertThat(status.out()).isEqualTo(above ? "not running; its data is kept\n" : "not running\n");
  }

  @Test
  void servesAProjectsOwnMigrationsWithoutKeys() throws Exception {
    Project project = project("own");
    Files.writeString(
        project.directory().resolve("gwdb.toml"),
        "[migrations]\ndirectory = \"sql\"\nlayout = \"sqlx\"\n");
    Path sql = Files.createDirectory(project.directory().resolve("sql"));
    Files.writeString(sql.resolve("1_one.sql"), "CREATE TABLE one (id int);");

    Result result = detach(project);
    assertThat(keys(result.out())).isEmpty();
    assertThat(result.out()).contains("API keys: none; this project has migrations of its own");
    assertThat(query(settings(result), "SELECT to_regclass('one')")).containsExactly("one");
  }
}
