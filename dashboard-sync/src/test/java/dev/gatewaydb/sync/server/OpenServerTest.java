package dev.gatewaydb.sync.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.HostPort;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server without keys, on migrations of a project's own, and what happens to its database. */
@ExtendWith(ScratchPostgres.class)
final class OpenServerTest {
  @TempDir private Path folder;

  private MigrationSet migrations(String... names) throws IOException {
    for (String name : names) {
      Files.writeString(
          folder.resolve("V%s__t%s.sql".formatted(name, name)),
          "CREATE TABLE t%s (id int PRIMARY KEY);".formatted(name));
    }
    return MigrationSet.read(folder, Layout.FLYWAY);
  }

  private static ServedDatabase served(ScratchDatabase database, MigrationSet migrations) {
    return Serving.of(database.settings(), migrations, Serving.scratch(database));
  }

  @Test
  void answersToLocalNamesAlone() throws Exception {
    try (Serving server = Serving.open(nowhere())) {
      for (String host :
          List.of(
              "evil.example",
              "evil.example:80",
              "localhost.evil.example",
              "127.0.0.1.nip.io",
              "0.0.0.0",
              "10.0.0.1")) {
        for (String path : List.of("/", "/init.sql", "/healthz", "/nowhere")) {
          assertThat(status(server, path, host)).as(host + path).isEqualTo(421);
        }
        assertThat(status(server, "http://" + host + "/healthz", "localhost"))
            .as(host)
            .isIn(400, 421);
      }
      for (String local :
          List.of("localhost", "LOCALHOST:1", "127.0.0.1:99", "127.9.9.9", "[::1]")) {
        assertThat(status(server, "/healthz", local)).as(local).isEqualTo(200);
      }
    }
  }

  private static int status(Serving server, String target, String host) throws IOException {
    String answer =
        server.raw(
            "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(target, host));
    return Integer.parseInt(answer.split(" ", 3)[1]);
  }

  /** A database that nobody asks for. */
  private ServedDatabase nowhere() throws IOException {
    return Serving.of(
        DatabaseSettings.of(new HostPort("127.0.0.1", 1), "none", "none", Optional.empty()),
        migrations(),
        () -> {
          throw new IllegalStateException("nobody needs a scratch server");
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void isRefusedWhereOthersCouldReachIt(String host) {
    assertThatThrownBy(() -> StatusServer.start(nowhere(), "test", host, 0, Optional.empty()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(host);
  }

  @Test
  void isNeverStale(ScratchDatabase database) throws Exception {
    MigrationSet one = migrations("1");
    new Migrator(database, one).migrate();
    MigrationSet two = migrations("2");
    try (Serving server = Serving.open(served(database, two))) {
      HttpResponse<String> before = server.get("/init.sql");
      String tag = before.headers().firstValue("ETag").orElseThrow();
      assertThat(before.body()).contains("-- Migration version: 1", "t1").doesNotContain("t2");
      assertThat(server.get("/schema.json").body()).doesNotContain("public.t2");
      assertThat(server.get("/readyz").statusCode()).isEqualTo(503);
      assertThat(server.get("/").body()).contains("1 migration is pending");
      new Migrator(database, two).migrate();
      HttpResponse<String> after = server.get("/init.sql", "If-None-Match", tag);
      assertThat(after.statusCode()).isEqualTo(200);
      assertThat(after.body()).contains("-- Migration version: 2", "t2");
      assertThat(server.get("/schema.json").body()).contains("public.t2");
      for (String change :
          List.of(
              "CREATE INDEX more ON t1 (id)",
              "COMMENT ON TABLE t1 IS 'now with words'",
              "ALTER TABLE t1 ADD CHECK (id > 0)",
              "CREATE SEQUENCE counting",
              "ALTER SEQUENCE counting MAXVALUE 99",
              "ALTER TABLE t2 ENABLE ROW LEVEL SECURITY",
              "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
              "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
              "DROP TABLE t2")) {
        String old = server.get("/schema.json").body();
        Serving.execute(database, change);
        assertThat(server.get("/schema.json").body()).as(change).isNotEqualTo(old);
      }
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(server.get("/").body())
                      .contains("The schema is not what the migrations make", "public.t2"));
    }
  }

  @Test
  void changesNothing(ScratchDatabase database) throws Exception {
    try (Serving server = Serving.open(served(database, migrations("1")))) {
      for (String path : List.of("/", "/init.sql", "/schema.json", "/metrics", "/readyz")) {
        server.get(path);
      }
      assertThat(server.get("/").body()).contains("1 migration is pending");
      assertThat(server.get("/schema.json").body()).doesNotContain("\"table\"");
    }
  }

  @Test
  void outlivesItsDatabase(ScratchDatabase database) throws Exception {
    MigrationSet migrations = migrations("1");
    new Migrator(database, migrations).migrate();
    var settings = database.settings();
    try (Relay relay = new Relay(settings.hosts().getFirst())) {
      relay.refuse(true);
      DatabaseSettings through =
          DatabaseSettings.of(
              new HostPort("localhost", relay.port()),
              settings.database(),
              settings.user(),
              settings.password());
      try (Serving server =
          Serving.open(Serving.of(through, migrations, Serving.scratch(database)))) {
        assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(server.get("/readyz").statusCode()).isEqualTo(503);
        HttpResponse<String> page = server.get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
            .contains("The database does not answer")
            .doesNotContain(settings.password().orElseThrow().reveal() + "@");
        assertThat(server.get("/init.sql").statusCode()).isEqualTo(503);
        assertThat(server.get("/metrics").body())
            .contains("gwdb_database_up 0.0", "gwdb_migrations_pending NaN");
        relay.refuse(false);
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(server.get("/readyz").statusCode()).isEqualTo(200));
        assertThat(server.get("/init.sql").statusCode()).isEqualTo(200);
        relay.hang(true);
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> assertThat(server.get("/readyz").statusCode()).isEqualTo(503));
        // Those who ask meanwhile wait together, for one look at the database.
        List<CompletableFuture<Integer>> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          many.add(
              CompletableFuture.supplyAsync(
                  () -> {
                    try {
                      return server.get("/readyz").statusCode();
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  },
                  task -> Thread.ofVirtual().start(task)));
        }
        assertThat(many.stream().map(CompletableFuture::join)).containsOnly(503);
        assertThat(relay.connections()).isLessThan(20);
        assertThat(server.get("/healthz").statusCode()).isEqualTo(200);
        relay.hang(false);
        relay.refuse(true);
        relay.refuse(false);
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(server.get("/readyz").statusCode()).isEqualTo(200));
      }
    }
  }

  @Test
  void lettersInNamesStayText(ScratchDatabase database) throws Exception {
    Serving.execute(database, "CREATE TABLE \"<script>alert('x')</script>\" (\"a\"\"b&c\" int)");
    try (Serving server = Serving.open(served(database, migrations()))) {
      assertThat(server.get("/").body()).contains("&lt;script&gt;").doesNotContain("<script");
      assertThat(server.get("/schema.svg").body()).doesNotContain("<script");
    }
  }

  @Test
  void waitsForAnOpenTransactionOfNobody(ScratchDatabase database) throws Exception {
    MigrationSet migrations = migrations("1");
    new Migrator(database, migrations).migrate();
    try (Serving server = Serving.open(served(database, migrations));
        Connection busy = database.dataSource().getConnection()) {
      busy.setAutoCommit(false);
      busy.createStatement().execute("LOCK TABLE t1 IN ACCESS EXCLUSIVE MODE");
      assertThat(server.get("/").statusCode()).isEqualTo(200);
      assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
      busy.rollback();
    }
  }
}
