package dev.gatewaydb.sync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatewaydb.dao.key.IssuedKey;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.sync.initsql.InitSql;
import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that asks for keys, on the gateway's own schema. */
@ExtendWith(ScratchPostgres.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StatusServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String X_API_KEY = "X-API-Key";

  private ScratchDatabase database;
  private Serving server;
  private String key = "";

  @BeforeAll
  void start(@Migrated ScratchDatabase migrated) {
    database = migrated;
    key = Serving.key(database, "dashboard", "ops:status:read").secret().reveal();
    server = Serving.keyed(Serving.gateway(database.settings(), Serving.scratch(database)));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of(X_API_KEY, key));
    return server.get(path, all.toArray(String[]::new));
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void theHealthRoutesAskForNoKey() throws Exception {
    assertThat(server.get("/healthz").body()).isEqualTo("ok\n");
    HttpResponse<String> ready = server.get("/readyz");
    assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
    assertThat(JSON.readTree(ready.body()).path("ready").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/init.sql",
        "/schema.json",
        "/schema.svg",
        "/metrics",
        "/api/v1/migrations",
        "/api/v1/../v1/migrations",
        "/healthz/../metrics",
        "/%6detrics",
        "/metrics;healthz",
      })
  void everythingElseDoes(String path) throws Exception {
    for (String method : List.of("GET", "HEAD")) {
      String answer =
          server.raw(
              "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .formatted(method, path));
      assertThat(answer).matches("(?s)HTTP/1.1 (401|400|404) .*").doesNotContain("gwdb_database");
    }
    assertThat(server.get("/metrics").headers().firstValue("WWW-Authenticate"))
        .hasValue("Bearer realm=\"gwdb\"");
  }

  @Test
  void takesAKeyInEitherHeaderAndNowhereElse() throws Exception {
    String path = "/api/v1/migrations";
    assertThat(server.get(path, "Authorization", "Bearer " + key).statusCode()).isEqualTo(200);
    assertThat(server.get(path, "authorization", "bEARER   " + key).statusCode()).isEqualTo(200);
    assertThat(server.get(path, X_API_KEY, key).statusCode()).isEqualTo(200);
    assertThat(server.get(path, "Authorization", "Basic " + key).statusCode()).isEqualTo(401);
    assertThat(server.get(path + "?key=" + key).statusCode()).isEqualTo(401);
    assertThat(server.get(path, "Cookie", "gwdb_session=" + key).statusCode()).isEqualTo(401);
  }

  @Test
  void tellsAWrongKeyFromOneThatMayNot() throws Exception {
    String other = Serving.key(database, "rpc", "rpc").secret().reveal();
    String admin = Serving.key(database, "admin", "admin").secret().reveal();
    String last = key.endsWith("a") ? "b" : "a";
    HttpResponse<String> wrong =
        server.get("/metrics", X_API_KEY, key.substring(0, key.length() - 1) + last);
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.body()).contains("invalid API key");
    HttpResponse<String> forbidden = server.get("/metrics", X_API_KEY, other);
    assertThat(forbidden.statusCode()).isEqualTo(403);
    assertThat(forbidden.body()).contains("ops:status:read");
    assertThat(header(forbidden, "WWW-Authenticate")).contains("insufficient_scope");
    assertThat(server.get("/metrics", X_API_KEY, admin).statusCode()).isEqualTo(200);
    assertThat(server.get("/metrics", X_API_KEY, "ü".repeat(100)).statusCode()).isEqualTo(401);
  }

  @Test
  void revokingAKeyEndsItsSessions() throws Exception {
    IssuedKey issued = Serving.key(database, "person", "ops:status:read");
    String form = "key=" + URLEncoder.encode(issued.secret().reveal(), StandardCharsets.UTF_8);
    HttpResponse<String> signedIn = server.post("/sign-in", form);
    assertThat(signedIn.statusCode()).isEqualTo(303);
    assertThat(header(signedIn, "Location")).isEqualTo("./");
    String cookie = header(signedIn, "Set-Cookie");
    assertThat(cookie.toLowerCase(Locale.ROOT))
        .contains("httponly")
        .contains("samesite=strict")
        .contains("path=/")
        .doesNotContain("secure")
        .doesNotContain(issued.secret().reveal().toLowerCase(Locale.ROOT));
    String session = cookie.split(";", 2)[0];
    assertThat(server.get("/", "Cookie", session).statusCode()).isEqualTo(200);
    Serving.store(database).revoke(issued.key().id(), Serving.BY);
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(server.get("/", "Cookie", session).statusCode()).isEqualTo(401));
  }

  @Test
  void signsOut() throws Exception {
    HttpResponse<String> signedIn =
        server.post("/sign-in", "key=" + key, "X-Forwarded-Proto", "https");
    String cookie = header(signedIn, "Set-Cookie");
    assertThat(cookie.toLowerCase(Locale.ROOT)).contains("secure");
    String session = cookie.split(";", 2)[0];
    HttpResponse<String> out = server.post("/sign-out", "", "Cookie", session);
    assertThat(out.statusCode()).isEqualTo(303);
    assertThat(server.get("/", "Cookie", session).statusCode()).isEqualTo(401);
  }

  @Test
  void refusesToSignInWithAWrongKeyOrFromElsewhere() throws Exception {
    HttpResponse<String> wrong = server.post("/sign-in", "key=<script>", "Accept", "text/html");
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(wrong.body()).contains("invalid API key").doesNotContain("<script>");
    assertThat(server.post("/sign-in", "key=" + key, "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
    assertThat(server.post("/sign-in", "key=" + key, "Origin", "http://evil.example").statusCode())
        .isEqualTo(403);
    HttpResponse<String> got = server.get("/sign-in");
    assertThat(got.statusCode()).isEqualTo(405);
    assertThat(header(got, "Allow")).isEqualTo("POST");
  }

  @Test
  void servesTheInitSqlOfTheDatabase() throws Exception {
    HttpResponse<String> file = get("/init.sql");
    assertThat(file.statusCode()).as(file.body()).isEqualTo(200);
    InitSql.Header first = InitSql.headerOf(file.body()).orElseThrow();
    assertThat(first.intact()).isTrue();
    assertThat(first.generator()).isEqualTo("gwdb test");
    String tag = header(file, "ETag");
    assertThat(tag).matches("\"[0-9a-f]{64}\"");
    for (String known : List.of(tag, "W/" + tag, "\"x\", " + tag, "*")) {
      HttpResponse<String> same = get("/init.sql", "If-None-Match", known);
      assertThat(same.statusCode()).as(known).isEqualTo(304);
      assertThat(same.body()).isEmpty();
      assertThat(header(same, "ETag")).isEqualTo(tag);
    }
    assertThat(get("/init.sql", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    HttpResponse<byte[]> zipped =
        server.bytes("/init.sql", X_API_KEY, key, "Accept-Encoding", "gzip");
    assertThat(header(zipped, "Content-Encoding")).isEqualTo("gzip");
    assertThat(header(zipped, "Vary")).isEqualTo("Accept-Encoding");
    assertThat(header(zipped, "ETag")).isNotEqualTo(tag);
    try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(file.body());
    }
    assertThat(get("/").body()).contains("by dashboard, still the newest");
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() throws Exception {
    for (String path : List.of("/healthz", "/", "/schema.json")) {
      HttpResponse<String> head =
          server.send(
              HttpRequest.newBuilder(server.uri(path)).method("HEAD", BodyPublishers.noBody()),
              X_API_KEY,
              key);
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      assertThat(header(head, "Content-Type")).isEqualTo(header(get(path), "Content-Type"));
    }
  }

  @Test
  void describesSchemaAndMigrationsForMachines() throws Exception {
    JsonNode schema = JSON.readTree(get("/schema.json").body());
    JsonNode table =
        schema
            .path("objects")
            .valueStream()
            .filter(node -> node.path("name").asText().equals("public.api_keys"))
            .findFirst()
            .orElseThrow();
    assertThat(table.path("kind").asText()).isEqualTo("table");
    assertThat(table.path("parts").valueStream().map(part -> part.path("name").asText()))
        .contains("key_hash");
    assertThat(get("/schema.json").body()).doesNotContain("flyway_schema_history");
    JsonNode migrations = JSON.readTree(get("/api/v1/migrations").body());
    assertThat(migrations.path("pending").asInt()).isZero();
    assertThat(migrations.path("migrations").size()).isGreaterThan(10);
    assertThat(get("/schema.svg").body()).startsWith("<svg ").contains("api_keys");
  }

  @Test
  void tellsPrometheus() throws Exception {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(get("/metrics").body())
                    .contains("gwdb_database_up 1.0", "gwdb_migrations_pending 0.0")
                    .contains("gwdb_schema_differences 0.0", "gwdb_connections_max ")
                    .doesNotContainPattern("# HELP gwdb_(?!http|keys)\\w+ *\n")
                    .contains("gwdb_table_size_bytes{table=\"api_keys\"}")
                    .contains("gwdb_keys_authenticate_seconds_count{outcome=\"granted\"}")
                    .contains("gwdb_http_requests_seconds_count{method=\"GET\",route=\"/metrics\"")
                    .contains("jvm_memory_used_bytes")
                    .doesNotContain(key));
  }

  @Test
  void thePageShowsWhereThingsStand() throws Exception {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(get("/").body()).doesNotContain("checking…"));
    HttpResponse<String> page = get("/");
    assertThat(header(page, "Content-Type")).startsWith("text/html");
    assertThat(header(page, "Content-Security-Policy"))
        .contains("default-src 'none'")
        .doesNotContain("unsafe")
        .doesNotContain("script-src");
    assertThat(page.body())
        .contains("All is well", "create api key change", "schema.svg", "api_keys")
        .doesNotContain("<script", "style=", "onclick", "http://", "https://", "postgres:postgres");
  }

  @Test
  void everyAnswerHasAnId() throws Exception {
    assertThat(header(get("/healthz"), "X-Request-Id")).matches("[0-9a-f]{16}");
    assertThat(header(server.get("/healthz", "X-Request-Id", "trace-1.a"), "X-Request-Id"))
        .isEqualTo("trace-1.a");
    assertThat(header(server.get("/healthz", "X-Request-Id", "<b> x"), "X-Request-Id"))
        .matches("[0-9a-f]{16}");
    JsonNode error = JSON.readTree(server.get("/nowhere").body());
    assertThat(error.path("requestId").asText()).matches("[0-9a-f]{16}");
    assertThat(error.path("error").asText()).isEqualTo("nothing is here");
  }

  @ParameterizedTest
  @CsvSource({"OPTIONS,/metrics", "TRACE,/metrics", "DELETE,/metrics", "POST,/", "PUT,/init.sql"})
  void otherMethodsAreRefused(String method, String path) throws Exception {
    String answer =
        server.raw(
            "%s %s HTTP/1.1\r\nHost: localhost\r\nX-API-Key: %s\r\nConnection: close\r\n\r\n"
                .formatted(method, path, key));
    assertThat(answer).matches("(?s)HTTP/1.1 40[45] .*").doesNotContain(key);
  }

  @Test
  void refusesWhatIsTooLarge() throws Exception {
    String large = "x".repeat(20_000);
    assertThat(server.raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + large + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(server.raw("GET /" + large + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .startsWith("HTTP/1.1 414 ");
    assertThat(server.post("/sign-in", "key=" + large).statusCode()).isEqualTo(413);
  }

  @Test
  void answersAThousandAtOnce() {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/api/v1/migrations")).header(X_API_KEY, key).build();
    List<CompletableFuture<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      answers.add(
          server
              .client()
              .sendAsync(request, BodyHandlers.discarding())
              .thenApply(HttpResponse::statusCode));
    }
    List<Integer> codes = answers.stream().map(CompletableFuture::join).toList();
    assertThat(codes).containsOnly(200);
  }

  @Test
  void saysThatAPortIsTaken() {
    assertThatThrownBy(
            () ->
                StatusServer.start(
                    Serving.gateway(database.settings(), Serving.scratch(database)),
                    "test",
                    "127.0.0.1",
                    server.port(),
                    Optional.empty()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("port " + server.port());
  }
}
