package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Flyway does and our code relies on: an upgrade that changes it fails here. */
@ExtendWith(ScratchPostgres.class)
final class FlywayFactsTest {
  private static final String HISTORY = "flyway_schema_history";
  private static final String LOCKS =
      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
          + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project = new Project(folder).with("V1__one.sql", "CREATE TABLE one (id int);");
  }

  /** As FlywayEngine sets it up, on files from the folder. */
  private Flyway sessionLocked(DataSource source) {
    FluentConfiguration configuration = project.configure(source);
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    return configuration.load();
  }

  private static long key(String schema, String table) {
    return new HistoryTable(schema, table).lockKey();
  }

  @ParameterizedTest
  @CsvSource({
    "public, flyway_schema_history",
    "Odd Schema, History",
    "with\"quote, history",
    "ünï, history"
  })
  void theLocksKeyComesFromTheQuotedTableName(String schema, String table, ScratchDatabase db)
      throws Exception {
    String keys =
        "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks"
            + " WHERE locktype = 'advisory' AND pid = pg_backend_pid()";
    project.with("V2__look.sql", "CREATE TABLE public.seen AS " + keys);
    FluentConfiguration configuration =
        project.configure(db.dataSource()).defaultSchema(schema).table(table);
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    try (OneConnectionDataSource one = OneConnectionDataSource.open(db.dataSource())) {
      configuration.dataSource(one).load().migrate();
    }

    assertThat(Sql.rows(db, "SELECT * FROM public.seen")).containsOnly("" + key(schema, table));
  }

  @Test
  void itsSessionLockNestsInOurs(ScratchDatabase db) throws Exception {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(db.dataSource());
        Connection connection = one.getConnection()) {
      Sql.execute(connection, "SELECT pg_advisory_lock(" + key("public", HISTORY) + ")");
      sessionLocked(one).migrate();

      assertThat(Sql.rows(connection, LOCKS)).containsExactly("1");
    }
  }

  @Test
  void plainFlywayWaitsForOurLock(ScratchDatabase db) throws Exception {
    try (ExecutorService thread = Executors.newSingleThreadExecutor();
        Connection ours = db.dataSource().getConnection()) {
      Sql.execute(ours, "SELECT pg_advisory_lock(" + key("public", HISTORY) + ")");
      String before = Sql.rows(db, "SELECT now()").getFirst();
      Future<Integer> plain =
          thread.submit(() -> project.stockFlyway(db).migrate().migrationsExecuted);
      String asked =
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE"
              + " '%pg_try_advisory%lock%' AND pid <> pg_backend_pid() AND state_change > '"
              + before
              + "'";
      await().until(() -> !Sql.rows(db, asked).isEmpty());
      assertThat(Sql.rows(db, "SELECT to_regclass('one')")).containsExactly("null");
      assertThat(plain.isDone()).isFalse();
      Sql.execute(ours, "SELECT pg_advisory_unlock(" + key("public", HISTORY) + ")");

      assertThat(plain.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }

  @Test
  void undoFilesAreIgnored(ScratchDatabase db) throws Exception {
    project.with("U1__one.sql", "DROP TABLE one;").with("U9__none.sql", "DROP TABLE none;");
    Flyway flyway = project.stockFlyway(db);

    assertThat(flyway.migrate().migrationsExecuted).isEqualTo(1);
    assertThat(flyway.info().all()).hasSize(1);
    flyway.validate();
  }

  @Test
  void migrationAndHistoryRowCommitTogether(ScratchDatabase db) throws Exception {
    project.with(
        "V2__look.sql",
        "ALTER TABLE one ADD xid bigint; INSERT INTO one (xid) VALUES (txid_current());");
    try (OneConnectionDataSource one = OneConnectionDataSource.open(db.dataSource())) {
      sessionLocked(one).migrate();
    }

    assertThat(Sql.rows(db, "SELECT xid FROM one"))
        .isEqualTo(
            Sql.rows(db, "SELECT xmin::text FROM flyway_schema_history WHERE version = '2'"));
  }

  @Test
  void concurrentlyWorksOnOneConnection(ScratchDatabase db) throws Exception {
    project.with("V2__index.sql", "CREATE INDEX CONCURRENTLY i ON one (id);");
    try (OneConnectionDataSource one = OneConnectionDataSource.open(db.dataSource())) {
      assertThat(sessionLocked(one).migrate().migrationsExecuted).isEqualTo(2);
    }

    assertThat(Sql.rows(db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"))
        .containsExactly("t");
  }

  @Test
  void aFailedUniqueIndexStaysBehindInvalid(ScratchDatabase db) throws Exception {
    project
        .with("V2__rows.sql", "INSERT INTO one VALUES (1), (1);")
        .with("V3__index.sql", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON one (id);");
    try (OneConnectionDataSource one = OneConnectionDataSource.open(db.dataSource())) {
      Flyway flyway = sessionLocked(one);
      assertThatThrownBy(flyway::migrate).isInstanceOf(FlywayException.class);
    }

    assertThat(Sql.rows(db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"))
        .containsExactly("f");
    // With the session lock the failed row is kept, which HistoryCheck relies on.
    assertThat(Sql.rows(db, "SELECT success FROM flyway_schema_history WHERE version = '3'"))
        .containsExactly("f");
    Sql.execute(db, "DELETE FROM one; DELETE FROM flyway_schema_history WHERE NOT success");
    try (OneConnectionDataSource one = OneConnectionDataSource.open(db.dataSource())) {
      assertThat(sessionLocked(one).migrate().migrationsExecuted).isEqualTo(1);
    }
    assertThat(Sql.rows(db, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass"))
        .as("accepted by IF NOT EXISTS")
        .containsExactly("f");
  }

  @Test
  void placeholdersCanBeSwitchedOff(ScratchDatabase db) throws Exception {
    project.with("V2__body.sql", "INSERT INTO one SELECT length('${not_defined}');");
    assertThatThrownBy(
            () -> project.configure(db.dataSource()).placeholderReplacement(true).load().migrate())
        .hasMessageContaining("not_defined");

    project.migrator(db).migrate();
    assertThat(Sql.rows(db, "SELECT id FROM one")).containsExactly("14");
  }

  @ParameterizedTest
  @CsvSource({"true, -- no-transaction", "false, -- no-transaction", "true, --", "false, --"})
  void scriptsCanRunOutsideATransaction(boolean conf, String firstLine, ScratchDatabase db)
      throws Exception {
    // Not one that Flyway would detect by itself.
    project.with("V2__look.sql", firstLine + "\nREINDEX TABLE CONCURRENTLY one;");
    if (conf) {
      project.with("V2__look.sql.conf", "executeInTransaction=false");
    }
    boolean outside = conf || firstLine.equals("-- no-transaction");
    Throwable thrown = catchThrowable(() -> project.migrator(db).migrate());

    if (outside) {
      assertThat(thrown).isNull();
    } else {
      assertThat(thrown).hasMessageContaining("25001");
    }
  }

  @Test
  void theChecksumDoesNotDependOnLineEndingsOrByteOrderMark(ScratchDatabase db) {
    String text = "SELECT 1;\nSELECT 'ü';\n";
    project.with("V2__unix.sql", text);
    project.stockFlyway(db).migrate();
    for (String same : List.of(text.replace("\n", "\r\n"), "\uFEFF" + text, text.strip())) {
      project.with("V2__unix.sql", same);
      project.stockFlyway(db).validate();
      assertThat(project.migrator(db).status().entries())
          .extracting(MigrationStatus.Entry::state)
          .containsOnly(MigrationState.APPLIED);
    }
  }

  @Test
  void aScriptsExceptionKnowsLineAndStatement(ScratchDatabase db) {
    project.with("V2__bad.sql", "SELECT 1;\n\n-- why\nSELECT\n  nothing;");
    Throwable thrown = catchThrowable(() -> project.stockFlyway(db).migrate());

    assertThat(thrown).isInstanceOf(FlywayMigrateException.class);
    Throwable cause = thrown;
    while (cause != null && !(cause instanceof FlywaySqlScriptException)) {
      cause = cause.getCause();
    }
    assertThat(cause)
        .isInstanceOfSatisfying(
            FlywaySqlScriptException.class,
            script -> {
              // The line of the first word, yet the statement with its comment: ScriptPosition.
              assertThat(script.getLineNumber()).isEqualTo(4);
              assertThat(script.getStatement()).isEqualTo("-- why\nSELECT\n  nothing");
            });
  }

  @Test
  void afterMigrateRunsWhenNothingIsPending(ScratchDatabase db) throws Exception {
    project.with("afterMigrate.sql", "INSERT INTO one VALUES (1);");
    project.stockFlyway(db).migrate();
    project.stockFlyway(db).migrate();

    assertThat(Sql.rows(db, "SELECT id FROM one")).hasSize(2);
  }

  @Test
  void aDeleteRowMakesAVersionPendingAgain(ScratchDatabase db) throws Exception {
    project.with("V2__two.sql", "CREATE TABLE two ();");
    project.migrator(db).migrate();
    for (int cycle = 0; cycle < 3; cycle++) {
      Sql.execute(
          db,
          """
          DROP TABLE two;
          INSERT INTO flyway_schema_history
          SELECT (SELECT max(installed_rank) + 1 FROM flyway_schema_history), version,
              description, 'DELETE', script, checksum, installed_by, now(), 0, true
          FROM flyway_schema_history WHERE version = '2' ORDER BY installed_rank DESC LIMIT 1\
          """);
      assertThat(project.migrator(db).status().pending()).hasSize(1);
      assertThat(project.migrator(db).status().currentVersion()).contains("1");
      assertThat(project.migrator(db).migrate().applied()).hasSize(1);
      Flyway stock = project.stockFlyway(db);
      assertThatCode(stock::validate).doesNotThrowAnyException();
      assertThat(stock.info().pending()).isEmpty();
    }
  }

  @Test
  void searchPathAndRoleAreSetBeforeEachMigration(ScratchDatabase db) throws Exception {
    project
        .with(
            "V2__set.sql",
            """
            SET search_path = pg_catalog;
            DO $$ BEGIN
              IF current_setting('is_superuser')::boolean THEN SET ROLE pg_monitor; END IF;
            END $$;
            """)
        .with("V3__look.sql", "CREATE TABLE seen AS SELECT current_user AS who;");
    project.stockFlyway(db).migrate();

    assertThat(Sql.rows(db, "SELECT who FROM public.seen")).containsExactly(db.settings().user());
  }
}
