package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import dev.gatewaydb.testing.ValidHistory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else's locks, and limits that end with a migration. */
@ExtendWith({ScratchPostgres.class, ValidHistory.class})
final class LockWaitTest {
  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project =
        new Project(folder)
            .with("V2__before.sql", "CREATE TABLE before (id int);")
            .with("V3__alter.sql", "CREATE TABLE half (id int);\nALTER TABLE t ADD COLUMN c int;")
            .with("U3__alter.sql", "ALTER TABLE t DROP COLUMN c; DROP TABLE half;");
  }

  private Migrator migrator(ScratchDatabase db, int retries, MigrationListener listener) {
    return new Migrator(
        db.dataSource(),
        project.set(),
        MigratorOptions.DEFAULT.withTimeouts(Duration.ofMillis(600), retries, Duration.ZERO),
        listener);
  }

  private static Connection blocker(ScratchDatabase db) throws SQLException {
    Connection connection = db.dataSource().getConnection();
    Sql.execute(connection, "SET application_name = 'night report'");
    connection.setAutoCommit(false);
    Sql.execute(connection, "LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
    return connection;
  }

  private static String pid(Connection connection) throws SQLException {
    return Sql.rows(connection, "SELECT pg_backend_pid()").getFirst();
  }

  @Test
  void givesUpAndNamesWhoHoldsTheLock(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE TABLE t (id int)");
    List<Integer> retried = new ArrayList<>();
    MigrationListener listener =
        new MigrationListener() {
          @Override
          public void retrying(int retry, int retries, Duration pause, String blocker) {
            retried.add(retry);
            assertThat(blocker).contains("night report");
            assertThat(retries).isEqualTo(1);
          }
        };
    try (Connection blocker = blocker(db)) {
      String pid = pid(blocker);
      Sql.rows(blocker, "SELECT 'the last query' FROM t");
      assertThatExceptionOfType(FailedException.class)
          .isThrownBy(() -> migrator(db, 1, listener).migrate())
          .withMessageContaining("V3__alter.sql:2")
          .withMessageContaining("55P03")
          .withMessageContaining("gave up after 2 tries of 0.6 s")
          .withMessageContaining("pid " + pid + " (night report), idle in transaction")
          .withMessageContaining("the last query")
          .satisfies(e -> assertThat(e.nextStep()).contains("--lock-timeout"));
      assertThat(retried).containsExactly(1);
    }
    assertThat(Sql.rows(db, "SELECT to_regclass('before'), to_regclass('half')"))
        .containsExactly("before|null");
    assertThat(migrator(db, 1, listener).migrate().applied()).hasSize(1);
    project.stockFlyway(db).validate();
  }

  @Test
  void getsThroughWhenTheLockIsReleased(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE TABLE t (id int)");
    try (Connection blocker = blocker(db)) {
      MigrationListener listener =
          new MigrationListener() {
            @Override
            public void retrying(int retry, int retries, Duration pause, String who) {
              try {
                blocker.rollback();
              } catch (SQLException e) {
                throw new AssertionError(e);
              }
            }
          };
      // The report has what was committed before the retry, too.
      assertThat(migrator(db, 5, listener).migrate().applied())
          .extracting(MigrateReport.Applied::version)
          .containsExactly(Optional.of("2"), Optional.of("3"));

      Sql.execute(blocker, "LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
      Migrator back = migrator(db, 5, listener);
      assertThat(back.revert(back.planRevert(1)).applied()).hasSize(1);
    }
    assertThat(Sql.rows(db, "SELECT to_regclass('half')")).containsExactly("null");
  }

  @Test
  void aRevertGivesUpToo(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE TABLE t (id int)");
    Migrator migrator = migrator(db, 0, MigrationListener.SILENT);
    migrator.migrate();
    try (Connection blocker = blocker(db)) {
      String pid = pid(blocker);
      assertThatExceptionOfType(FailedException.class)
          .isThrownBy(() -> migrator.revert(migrator.planRevert(1)))
          .withMessageContaining("U3__alter.sql:1")
          .withMessageContaining("gave up after 0.6 s; blocked by pid " + pid);
    }
    assertThat(migrator.status().currentVersion()).contains("3");
  }

  @Test
  void limitsEndWithTheMigration(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE TABLE t (id int)");
    String settings =
        " AS SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout')"
            + " AS statement, current_setting('search_path') AS path, current_user::text AS role;";
    project
        .with(
            "V4__set.sql",
            "-- no-transaction\nSET search_path = pg_catalog; SET statement_timeout = '9min';"
                + " SET lock_timeout = '8min';")
        .with("V5__look.sql", "CREATE TABLE public.seen" + settings)
        .with("V6__look.sql", "-- no-transaction\nCREATE TABLE public.seen_outside" + settings);
    MigratorOptions options =
        MigratorOptions.DEFAULT.withTimeouts(Duration.ofSeconds(3), 0, Duration.ofMinutes(5));
    new Migrator(db.dataSource(), project.set(), options, MigrationListener.SILENT).migrate();

    assertThat(Sql.rows(db, "SELECT lock, statement, path, role = current_user FROM seen"))
        .allMatch(row -> row.matches("3s\\|5min\\|(?:\"public\",\\s*)?\"\\$user\", public\\|t"))
        .hasSize(1);
    assertThat(Sql.rows(db, "SELECT lock, statement, role = current_user FROM seen_outside"))
        .containsExactly("0|5min|t");
  }

  @Test
  void aStatementThatTakesTooLongIsRolledBack(ScratchDatabase db) throws Exception {
    project.with("V1__slow.sql", "CREATE TABLE slow (id int);\nSELECT pg_sleep(60);");
    MigratorOptions options =
        MigratorOptions.DEFAULT.withTimeouts(Duration.ZERO, 0, Duration.ofMillis(100));
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(
            () ->
                new Migrator(db.dataSource(), project.set(), options, MigrationListener.SILENT)
                    .migrate())
        .withMessageContaining("V1__slow.sql:2")
        .withMessageContaining("57014");
    assertThat(Sql.rows(db, "SELECT to_regclass('slow')")).containsExactly("null");
  }
}
