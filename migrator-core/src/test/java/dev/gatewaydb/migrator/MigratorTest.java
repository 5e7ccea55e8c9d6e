package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.HostPort;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.error.UnreachableException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import dev.gatewaydb.testing.ValidHistory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrating when all goes well, and the session that it leaves behind. */
@ExtendWith({ScratchPostgres.class, ValidHistory.class})
final class MigratorTest {
  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project =
        new Project(folder)
            .with("V1__make_a.sql", "CREATE TABLE a (id int);")
            .with("U1__make_a.sql", "DROP TABLE a;")
            .with("V2__make_b.sql", "CREATE TABLE b (body text DEFAULT '${x}');");
  }

  private static MigratorOptions history(String schema, String table) {
    return MigratorOptions.DEFAULT
        .withHistory(Optional.of(schema), table)
        .withLockWait(Duration.ZERO);
  }

  @Test
  void migratesAnEmptyDatabaseAndThenFindsNothingToDo(ScratchDatabase db) throws Exception {
    MigrateReport first = project.migrator(db).migrate();

    assertThat(first.applied())
        .extracting(MigrateReport.Applied::version, MigrateReport.Applied::description)
        .containsExactly(tuple(Optional.of("1"), "make a"), tuple(Optional.of("2"), "make b"));
    assertThat(first.fromVersion()).isEmpty();
    assertThat(first.toVersion()).contains("2");
    assertThat(first.duration()).isPositive().isLessThan(Duration.ofSeconds(30));
    assertThat(Sql.rows(db, "SELECT count(*) FROM b")).containsExactly("0");

    MigrateReport second = project.migrator(db).migrate();
    assertThat(second.applied()).isEmpty();
    assertThat(second.fromVersion()).contains("2");
    assertThat(second.toVersion()).contains("2");
    project.stockFlyway(db).validate();
  }

  @Test
  void statusOfAnEmptyDatabaseWritesNothing(ScratchDatabase db) throws Exception {
    MigrationStatus status = project.migrator(db).status();

    assertThat(status.pending()).hasSize(2);
    assertThat(status.currentVersion()).isEmpty();
    assertThat(Sql.rows(db, "SELECT relname FROM pg_class WHERE relnamespace = 2200")).isEmpty();
  }

  @Test
  void noMigrationsAreNothingToDo(ScratchDatabase db) {
    MigrationSet none = new Project(folder.resolve("empty")).with("README.md", "").set();
    MigrateReport report = new Migrator(db.dataSource(), none).migrate();

    assertThat(report.applied()).isEmpty();
    assertThat(report.toVersion()).isEmpty();
  }

  @Test
  void tellsTheListener(ScratchDatabase db) {
    project
        .with("V3__notice.sql", "DO $$ BEGIN RAISE WARNING 'look here'; END $$;")
        .with("afterMigrate.sql", "DO $$ BEGIN RAISE NOTICE 'and here'; END $$;");
    List<String> heard = new ArrayList<>();
    MigrationListener listener =
        new MigrationListener() {
          @Override
          public void planned(int pending) {
            heard.add("planned " + pending);
          }

          @Override
          public void started(String script) {
            heard.add("started " + script);
          }

          @Override
          public void finished(String script, Duration duration) {
            heard.add("finished " + script);
          }

          @Override
          public void notice(String severity, String message) {
            heard.add(message);
          }
        };
    new Migrator(db.dataSource(), project.set(), MigratorOptions.DEFAULT, listener).migrate();

    assertThat(heard)
        .containsExactly(
            "planned 3",
            "started V1__make_a.sql",
            "finished V1__make_a.sql",
            "started V2__make_b.sql",
            "finished V2__make_b.sql",
            "started V3__notice.sql",
            "look here",
            "finished V3__notice.sql");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Odd Schema", "qu\"ote", "UPPER", "ünï", "o'clock"})
  void keepsTheHistoryWhereItIsTold(String schema, ScratchDatabase db) throws Exception {
    String quoted = "\"" + schema.replace("\"", "\"\"") + "\"";
    Sql.execute(db, "CREATE SCHEMA " + quoted);
    MigratorOptions options = history(schema, "My History");
    Migrator migrator =
        new Migrator(db.dataSource(), project.set(), options, MigrationListener.SILENT);

    assertThat(migrator.migrate().applied()).hasSize(2);
    assertThat(migrator.migrate().applied()).isEmpty();
    assertThat(migrator.status().currentVersion()).contains("2");
    assertThat(Sql.rows(db, "SELECT version FROM " + quoted + ".\"My History\""))
        .containsExactlyInAnyOrder("1", "2");
    // As with Flyway, it is also where unqualified names lead.
    assertThat(Sql.rows(db, "SELECT count(*) FROM " + quoted + ".a")).containsExactly("0");
    project.configure(db.dataSource()).defaultSchema(schema).table("My History").load().validate();
  }

  @Test
  void makesTheHistorysSchema(ScratchDatabase db) throws Exception {
    Migrator migrator =
        new Migrator(
            db.dataSource(), project.set(), history("fresh", "h"), MigrationListener.SILENT);

    assertThat(migrator.status().pending()).hasSize(2);
    assertThat(Sql.rows(db, "SELECT 1 FROM pg_namespace WHERE nspname = 'fresh'")).isEmpty();
    assertThat(migrator.migrate().applied()).hasSize(2);
    assertThat(migrator.migrate().applied()).isEmpty();
    assertThat(migrator.status().entries()).hasSize(2);
  }

  @Test
  void refusesAHistoryTableThatFlywayCannotQuote() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> history("public", "a\"b"));
  }

  @Test
  void refusesAtOnceWhereItMayNotWrite(ScratchDatabase db) throws Exception {
    Sql.execute(
        db,
        "CREATE SCHEMA app; REVOKE CREATE ON SCHEMA app FROM CURRENT_USER;"
            + " GRANT USAGE ON SCHEMA app TO PUBLIC");
    Sql.execute(db, "ALTER DATABASE " + db.name() + " SET search_path = app");
    Sql.dropSuperuserRights(db);
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("may not create tables in schema app")
        .satisfies(thrown -> assertThat(thrown.nextStep()).startsWith("GRANT CREATE"));
  }

  @Test
  void refusesAtOnceWhereItMayOnlyRead(ScratchDatabase db) throws Exception {
    Sql.execute(db, "ALTER DATABASE " + db.name() + " SET default_transaction_read_only = on");
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("read");
  }

  @Test
  void followsTheSearchPath(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE SCHEMA app");
    Sql.execute(db, "ALTER DATABASE " + db.name() + " SET search_path = missing, app, public");

    project.migrator(db).migrate();
    assertThat(Sql.rows(db, "SELECT count(*) FROM app.flyway_schema_history")).containsExactly("2");
    assertThat(project.migrator(db).migrate().applied()).isEmpty();
    project.stockFlyway(db).validate();
  }

  @Test
  void refusesASearchPathThatLeadsNowhere(ScratchDatabase db) throws Exception {
    Sql.execute(db, "ALTER DATABASE " + db.name() + " SET search_path = missing");

    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("search_path")
        .satisfies(thrown -> assertThat(thrown.nextStep()).contains("search_path"));
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> project.migrator(db).status());
  }

  @Test
  void whatAMigrationSetsEndsWithIt(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE SCHEMA elsewhere");
    project
        .with(
            "V3__set.sql",
            "SET search_path = elsewhere; SET statement_timeout = '1h'; SET application_name = 'other';"
                + " SET standard_conforming_strings = off;")
        .with(
            "V4__look.sql",
            "CREATE TABLE seen AS SELECT current_setting('statement_timeout') AS timeout,"
                + " '\\n' AS text;");
    project.migrator(db).migrate();

    assertThat(Sql.rows(db, "SELECT timeout, text FROM public.seen")).containsExactly("0|\\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void givesAPoolItsConnectionBackAsItWas(boolean autoCommit, ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE SCHEMA app");
    project.with(
        "V3__leave_traces.sql",
        "SET work_mem = '1MB'; CREATE TEMP TABLE t (i int); SELECT pg_advisory_lock(42);"
            + " PREPARE p AS SELECT 1; SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;");
    String session =
        """
        SELECT pg_backend_pid(), current_setting('search_path'), current_setting('work_mem'),
            current_setting('lock_timeout'), current_setting('default_transaction_read_only'),
            current_setting('application_name'), current_setting('extra_float_digits'),
            (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
            to_regclass('t')\
        """;
    HikariConfig config = new HikariConfig();
    config.setDataSource(db.dataSource());
    config.setMaximumPoolSize(1);
    config.setIsolateInternalQueries(true);
    config.setAutoCommit(autoCommit);
    config.setConnectionInitSql("SET search_path = app, public; SET lock_timeout = '3s'");
    try (HikariDataSource pool = new HikariDataSource(config)) {
      List<String> before = Sql.rows(pool, session);
      Migrator migrator = new Migrator(pool, project.set());
      migrator.status();
      assertThat(Sql.rows(pool, session)).isEqualTo(before);
      migrator.migrate();
      assertThat(Sql.rows(pool, session)).isEqualTo(before);
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
      }
      assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
    }
  }

  @Test
  void leavesNoConnectionBehind(ScratchDatabase db) throws Exception {
    project.migrator(db).migrate();
    project.migrator(db).status();
    String others =
        """
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
          AND backend_type = 'client backend'\
        """;

    await().untilAsserted(() -> assertThat(Sql.rows(db, others)).isEmpty());
  }

  @Test
  void saysThatTheServerIsNotThere() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    DatabaseSettings nowhere =
        DatabaseSettings.of(new HostPort("127.0.0.1", port), "d", "u", Optional.empty());

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> new Migrator(nowhere.dataSource(), project.set()).migrate())
        .withMessageContaining("127.0.0.1:" + port);
  }

  @Test
  void anAfterMigrateCallbackRunsEvenWithNothingPending(ScratchDatabase db) throws Exception {
    project.migrator(db).migrate();
    project.with("afterMigrate.sql", "CREATE TABLE IF NOT EXISTS after_migrate ();");

    assertThat(project.migrator(db).migrate().applied()).isEmpty();
    assertThat(Sql.rows(db, "SELECT to_regclass('after_migrate')"))
        .containsExactly("after_migrate");
  }

  @Test
  void continuesWhatStockFlywayBegan(ScratchDatabase db) throws Exception {
    project.stockFlyway(db).migrate();
    project.with("V3__more.sql", "SELECT 1;").with("sub/R__view.sql", "SELECT 2;");

    assertThat(project.migrator(db).migrate().applied()).hasSize(2);
    Flyway stock = project.stockFlyway(db);
    stock.validate();
    assertThatCode(stock::migrate).doesNotThrowAnyException();
    project.with("V4__more.sql", "SELECT 1;");
    assertThat(project.stockFlyway(db).migrate().migrationsExecuted).isEqualTo(1);
    assertThat(project.migrator(db).migrate().applied()).isEmpty();
  }
}
