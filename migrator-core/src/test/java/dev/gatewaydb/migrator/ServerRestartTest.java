package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import dev.gatewaydb.migrator.scratch.LocalServer;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server goes away in the middle of a run, and comes back: a durable one, of its own. */
final class ServerRestartTest {
  private static final Path CACHE =
      Path.of(
          System.getProperty("gwdb.test.cache", System.getProperty("user.home") + "/.cache/gwdb"));
  private static final String SCHEMA =
      """
      SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), i.indisvalid
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        LEFT JOIN pg_index i ON i.indexrelid = c.oid
       WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 2
      """;
  private static final String HISTORY =
      "SELECT installed_rank, version, checksum, success FROM flyway_schema_history ORDER BY 1";

  @TempDir private static Path home;
  private static LocalServer server;
  private static int port;

  @TempDir private Path folder;
  private Project project;

  @BeforeAll
  static void start() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    server = new LocalServer(home.resolve("postgres"));
    server.start(CACHE, port);
    port = server.port();
  }

  @AfterAll
  static void delete() {
    server.delete();
  }

  @BeforeEach
  void write() {
    project =
        new Project(folder)
            .with("V1__t.sql", "CREATE TABLE t (id int); INSERT INTO t VALUES (1);")
            .with(
                "V2__pace.sql",
                """
                CREATE TABLE pace (seconds int);
                CREATE FUNCTION slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
                  'BEGIN PERFORM pg_sleep((SELECT max(seconds) FROM public.pace)); RETURN i; END';
                """)
            .with(
                "V3__inside.sql",
                "CREATE TABLE half (id int);\nSELECT slow(id) FROM t;\nCREATE TABLE whole ();")
            .with(
                "V4__outside.sql",
                """
                -- no-transaction
                INSERT INTO t VALUES (4);
                CREATE INDEX CONCURRENTLY i ON t (slow(id));
                INSERT INTO t VALUES (44);
                """)
            .with("V5__last.sql", "CREATE TABLE last ();");
  }

  private static DatabaseSettings newDatabase() throws Exception {
    String name = "d" + UUID.randomUUID().toString().replace("-", "");
    Sql.execute(server.superuser().dataSource(), "CREATE DATABASE " + name);
    return server.superuser().withDatabase(name);
  }

  private static void stop(String how) throws Exception {
    ProcessHandle process = server.process().orElseThrow();
    if (how.equals("fast")) {
      server.stop();
    } else {
      new ProcessBuilder("sh", "-c", "kill -QUIT " + process.pid()).start().waitFor();
      server.awaitStop();
    }
  }

  /** Stops the server while the version runs slowly, and gives back what the run says to it. */
  private GatewayDbException stoppedIn(String version, DatabaseSettings database, String how)
      throws Exception {
    Migrator migrator = new Migrator(database.dataSource(), project.set());
    migrator.migrateTo("" + (Integer.parseInt(version) - 1));
    Sql.execute(database.dataSource(), "INSERT INTO pace VALUES (600)");
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<GatewayDbException> run =
          thread.submit(() -> catchThrowableOfType(GatewayDbException.class, migrator::migrate));
      String asleep =
          "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
              + " AND wait_event = 'PgSleep'";
      await().until(() -> !Sql.rows(database.dataSource(), asleep).isEmpty());
      stop(how);
      GatewayDbException thrown = run.get(30, TimeUnit.SECONDS);
      server.start(CACHE, port);
      Sql.execute(database.dataSource(), "DELETE FROM pace");
      return thrown;
    }
  }

  private void assertNextRunFinishes(DatabaseSettings database, int pending) throws Exception {
    assertThat(server.port()).isEqualTo(port);
    assertThat(new Migrator(database.dataSource(), project.set()).migrate().applied())
        .hasSize(pending);
    DatabaseSettings unbroken = newDatabase();
    new Migrator(unbroken.dataSource(), project.set()).migrate();
    for (String what : List.of(SCHEMA, HISTORY, "SELECT id FROM t ORDER BY 1")) {
      assertThat(Sql.rows(database.dataSource(), what))
          .isEqualTo(Sql.rows(unbroken.dataSource(), what));
    }
    project.configure(database.dataSource()).load().validate();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "immediate"})
  void insideATransaction(String how) throws Exception {
    DatabaseSettings database = newDatabase();
    GatewayDbException thrown = stoppedIn("3", database, how);
    assertThat(thrown)
        .isInstanceOf(FailedException.class)
        .hasMessageStartingWith("V3__inside.sql:2: ")
        .hasMessageMatching("(?s).*\\(SQLSTATE (57P01|57P02|08006)\\).*");
    assertThat(thrown.nextStep()).contains("Nothing half-applied remains", "Check the server");
    assertThat(Sql.rows(database.dataSource(), "SELECT to_regclass('half')"))
        .containsExactly("null");
    assertNextRunFinishes(database, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "immediate"})
  void inConcurrently(String how) throws Exception {
    DatabaseSettings database = newDatabase();
    GatewayDbException thrown = stoppedIn("4", database, how);
    assertThat(thrown)
        .isInstanceOf(NeedsPersonException.class)
        .hasMessageStartingWith("V4__outside.sql:3: ");
    assertThat(thrown.nextStep()).contains("Check the server", "goes on from here");
    assertThat(new Migrator(database.dataSource(), project.set()).status().pending())
        .first()
        .extracting(MigrationStatus.Entry::reached)
        .extracting(reached -> reached.orElseThrow().statement())
        .isEqualTo(2);
    assertNextRunFinishes(database, 2);
  }

  @Test
  void whileARevertRuns() throws Exception {
    project
        .with("V5__last.sql", "CREATE TABLE last ();")
        .with("U5__last.sql", "DROP TABLE last;\nSELECT slow(id) FROM t;");
    DatabaseSettings database = newDatabase();
    Migrator migrator = new Migrator(database.dataSource(), project.set());
    migrator.migrate();
    Sql.execute(database.dataSource(), "INSERT INTO pace VALUES (600)");
    RevertPlan plan = migrator.planRevert(1);
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<FailedException> run =
          thread.submit(
              () -> catchThrowableOfType(FailedException.class, () -> migrator.revert(plan)));
      String asleep = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
      await().until(() -> !Sql.rows(database.dataSource(), asleep).isEmpty());
      stop("immediate");
      assertThat(run.get(30, TimeUnit.SECONDS)).hasMessageStartingWith("U5__last.sql:2: ");
    }
    server.start(CACHE, port);
    Sql.execute(database.dataSource(), "DELETE FROM pace");
    assertThat(migrator.status().currentVersion()).contains("5");
    assertThat(migrator.revert(plan).applied()).hasSize(1);
    assertNextRunFinishesWithTwoRanks(database);
  }

  private void assertNextRunFinishesWithTwoRanks(DatabaseSettings database) throws Exception {
    assertThat(new Migrator(database.dataSource(), project.set()).migrate().applied()).hasSize(1);
    assertThat(
            Sql.rows(
                database.dataSource(),
                "SELECT version, type FROM flyway_schema_history WHERE installed_rank > 4"
                    + " ORDER BY installed_rank"))
        .containsExactly("5|SQL", "5|DELETE", "5|SQL");
    project.configure(database.dataSource()).load().validate();
  }
}
