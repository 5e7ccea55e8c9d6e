package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with a project's migrations, as its people meet it at the command. */
@ExtendWith(ScratchPostgres.class)
@Timeout(120)
final class OwnMigrationsTest {
  private static final String SCHEMA =
      """
      SELECT string_agg(concat_ws(' ', c.relname, a.attname, i.indisvalid), ', '
                        ORDER BY c.relname, a.attname)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        LEFT JOIN pg_index i ON i.indexrelid = c.oid
       WHERE c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'gwdb_journal%'
         AND a.attnum > 0 AND NOT a.attisdropped
      """;

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.createDirectories(folder.resolve("sql"));
    Files.writeString(folder.resolve("gwdb.toml"), "[migrations]\ndirectory = \"sql\"\n");
    file("V1__log.sql", "CREATE TABLE log (v int);");
    file("U1__log.sql", "DROP TABLE log;");
    file("V2__t.sql", "CREATE TABLE t (id int);\nINSERT INTO t VALUES (1);");
    file("U2__t.sql", "DROP TABLE t;");
    file("V3__alter.sql", "INSERT INTO log VALUES (3);\nALTER TABLE t ADD COLUMN c int;");
    file("U3__alter.sql", "ALTER TABLE t DROP COLUMN c;");
    file("V4__more.sql", "CREATE TABLE more (id int);");
    file("U4__more.sql", "DROP TABLE more;");
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve("sql").resolve(name), text);
  }

  private Project on(ScratchDatabase database) {
    return Project.in(folder).with(database).with("GWDB_SCRATCH", database.settings().uri());
  }

  private void validateWithStockFlyway(ScratchDatabase database) {
    Flyway.configure()
        .loggers("slf4j")
        .dataSource(database.dataSource())
        .locations("filesystem:" + folder.resolve("sql"))
        .ignoreMigrationPatterns("*:pending")
        .load()
        .validate();
  }

  /** As after a run that nobody disturbed; the log's rows say what ran twice. */
  private void assertComplete(ScratchDatabase database, ScratchDatabase unbroken)
      throws SQLException {
    on(unbroken).run("migrate").exits(0);
    assertThat(Sql.value(database, SCHEMA)).isEqualTo(Sql.value(unbroken, SCHEMA));
    String log = "SELECT string_agg(v::text, ' ' ORDER BY v) FROM log";
    assertThat(Sql.value(database, log)).isEqualTo(Sql.value(unbroken, log));
    validateWithStockFlyway(database);
  }

  /** A transaction that keeps others from changing a table. */
  private static Connection blocker(ScratchDatabase database, String table) throws SQLException {
    Connection connection = database.dataSource().getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET application_name = 'night report'");
      connection.setAutoCommit(false);
      statement.execute("SELECT count(*) AS \"the last query\" FROM " + table);
    }
    return connection;
  }

  @Test
  void finishesWhatAKilledRunLeft(ScratchDatabase database, ScratchDatabase unbroken)
      throws Exception {
    on(database).run("migrate", "--to", "2").exits(0);
    try (Connection blocker = blocker(database, "t");
        GwdbProcess run = on(database).process("migrate", "--lock-timeout", "0")) {
      run.awaitText("s for a lock held by pid ").signal("KILL");
      run.result().exits(137);
      assertThat(Sql.value(database, "SELECT count(*) FROM log")).isEqualTo("0");
    }
    assertThat(on(database).run("migrate").exits(0).out()).startsWith("2 applied, 0 pending; ");
    assertComplete(database, unbroken);
  }

  @Test
  void finishesAnIndexThatAKilledRunLeft(ScratchDatabase database, ScratchDatabase unbroken)
      throws Exception {
    file(
        "V2.1__slow.sql",
        """
        CREATE TABLE pace (seconds int);
        INSERT INTO pace VALUES (0);
        CREATE FUNCTION slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
          'BEGIN PERFORM pg_sleep((SELECT max(seconds) FROM public.pace)); RETURN i; END';
        """);
    file(
        "V3.1__index.sql",
        """
        -- no-transaction
        INSERT INTO log VALUES (31);
        CREATE INDEX CONCURRENTLY slow_index ON t (slow(id));
        INSERT INTO log VALUES (32);
        """);
    on(database).run("migrate", "--to", "3").exits(0);
    Sql.execute(database, "UPDATE pace SET seconds = 600");
    try (GwdbProcess run = on(database).process("migrate")) {
      run.awaitText("V3.1__index.sql: running for 3 s, statement 2 of 3 (line 3), building index")
          .signal("KILL");
      run.result().exits(137);
    }
    String pid =
        Sql.value(
            database,
            "SELECT pid FROM pg_stat_progress_create_index WHERE datname = current_database()");
    Result refused = on(database).run("migrate", "--lock-wait", "0").exits(4);
    assertThat(refused.errors())
        .singleElement()
        .asString()
        .startsWith("another process migrates this database: pid " + pid);

    Sql.execute(database, "SELECT pg_terminate_backend(%s, 10000)".formatted(pid));
    Sql.execute(database, "UPDATE pace SET seconds = 0");
    assertThat(on(database).run("migrate").exits(0).out()).startsWith("2 applied, 0 pending; ");
    assertComplete(database, unbroken);
  }

  @Test
  void goesOnWithARevertThatWasKilled(ScratchDatabase database, ScratchDatabase unbroken)
      throws Exception {
    on(database).run("migrate").exits(0);
    String[] revert = {"revert", "--to", "2", "--yes", "--accept-loss", "all"};
    try (Connection blocker = blocker(database, "t");
        GwdbProcess run =
            on(database)
                .process(
                    "revert",
                    "--to",
                    "2",
                    "--yes",
                    "--accept-loss",
                    "all",
                    "--lock-timeout",
                    "0")) {
      run.awaitText("s for a lock held by pid ").signal("KILL");
      run.result().exits(137);
    }
    Result again = on(database).run(revert).exits(0);
    assertThat(again.out()).startsWith("1 reverted; the database is at version 2 (");
    validateWithStockFlyway(database);
    Sql.execute(database, "DELETE FROM log");
    on(database).run("migrate").exits(0);
    assertComplete(database, unbroken);
  }

  @Test
  void onlyOneOfTwoRevertsThatWerePlannedAlikeGoesAhead(ScratchDatabase database) throws Exception {
    on(database).run("migrate").exits(0);
    String[] revert = {"revert", "--yes", "--accept-loss", "all"};
    Connection lock = Sql.holdMigrationLock(database);
    try (lock;
        GwdbProcess one = on(database).process(revert);
        GwdbProcess two = on(database).process(revert)) {
      one.awaitText("waiting for another migration to finish");
      two.awaitText("waiting for another migration to finish");
      lock.close();
      Result first = one.result();
      Result second = two.result();
      assertThat(List.of(first.code(), second.code())).containsExactlyInAnyOrder(0, 4);
      assertThat(first.err() + second.err())
          .containsOnlyOnce("error: somebody else has migrated or reverted since");
    }
    assertThat(on(database).run("status", "--json").json().get("currentVersion").asText())
        .isEqualTo("3");
    validateWithStockFlyway(database);
  }

  @Test
  void namesWhoHoldsALockForTooLong(ScratchDatabase database) throws Exception {
    on(database).run("migrate", "--to", "2").exits(0);
    try (Connection blocker = blocker(database, "t");
        Statement statement = blocker.createStatement()) {
      var row = statement.executeQuery("SELECT pg_backend_pid() AS \"the last query\"");
      row.next();
      Result result =
          on(database).run("migrate", "--lock-timeout", "600ms", "--lock-retries", "1").exits(5);
      assertThat(result.err())
          .contains("V3__alter.sql:2: ", "(SQLSTATE 55P03)", "gave up after 2 tries of 0.6 s each")
          .contains("pid %d (night report), idle in transaction".formatted(row.getInt(1)))
          .containsPattern("transaction open for \\d+ s: SELECT .*the last query")
          .contains("rolled back, retry 1 of 1 in ")
          .contains("--lock-timeout");
    }
    assertThat(on(database).run("migrate").exits(0).out()).startsWith("2 applied");
  }

  @Test
  void saysWhereAMigrationFailed(ScratchDatabase database) throws Exception {
    file("V5__bad.sql", "CREATE TABLE half (id int);\n\nINSERT INTO nowhere\n  VALUES ('x');\n");
    Result result = on(database).run("migrate").exits(5);
    assertThat(result.errors().get(0))
        .isEqualTo("V5__bad.sql:3: relation \"nowhere\" does not exist (SQLSTATE 42P01)");
    assertThat(result.err())
        .contains("\n  INSERT INTO nowhere\n", "Nothing of it remains.")
        .doesNotContain("\tat ");
    assertThat(Sql.value(database, "SELECT to_regclass('half') IS NULL")).isEqualTo("t");
    assertThat(on(database).run("status").out()).contains("4 applied, 1 pending");
    validateWithStockFlyway(database);
  }

  @Test
  void showsWhereAScriptOutsideATransactionStopped(ScratchDatabase database) throws Exception {
    file("V5__i.sql", "-- no-transaction\nINSERT INTO log VALUES (5);\nSELECT 1 / 0;\n");
    Result failed = on(database).run("migrate").exits(6);
    assertThat(failed.errors().get(0)).startsWith("V5__i.sql:3: division by zero (SQLSTATE 22012)");
    assertThat(on(database).run("status").exits(0).out())
        .containsPattern("(?m)^5 +i +interrupted \\(statement 2 failed\\)")
        .contains("4 applied, 1 pending");
    JsonNode last = on(database).run("status", "--json").json().get("migrations").get(4);
    assertThat(last.get("state").asText()).isEqualTo("interrupted");
    assertThat(last.get("reached").toString()).isEqualTo("{\"statement\":2,\"state\":\"failed\"}");

    file("V5__i.sql", "-- no-transaction\nINSERT INTO log VALUES (5);\nSELECT 1 / 1;\n");
    on(database).run("migrate").exits(0);
    assertThat(Sql.value(database, "SELECT count(*) FROM log WHERE v = 5")).isEqualTo("1");
    validateWithStockFlyway(database);
  }

  private void assertRefused(
      ScratchDatabase database, String script, String state, String cause, String nextStep) {
    Result status = on(database).run("status", "--exit-code", "--json").exits(1);
    for (JsonNode migration : status.json().get("migrations")) {
      if (migration.get("script").asText().equals(script)) {
        assertThat(migration.get("state").asText()).isEqualTo(state);
      }
    }
    assertThat(status.out()).contains("\"state\" : \"" + state + "\"");
    Result refused = on(database).run("migrate").exits(4);
    assertThat(refused.errors()).containsExactly(cause + script);
    assertThat(refused.err()).contains("\n  " + nextStep);
  }

  @Test
  void hasAWayOutForEachDisagreement(ScratchDatabase database) throws Exception {
    on(database).run("migrate").exits(0);
    file("V3__alter.sql", "SELECT 1;");
    assertRefused(
        database,
        "V3__alter.sql",
        "edited",
        "applied migrations whose files were edited since: ",
        "Restore the files as they were applied");
    write();

    Files.delete(folder.resolve("sql/V2__t.sql"));
    Files.delete(folder.resolve("sql/U2__t.sql"));
    assertRefused(
        database,
        "V2__t.sql",
        "missing",
        "applied migrations whose files are gone: ",
        "Restore the files from version control");
    write();

    Files.delete(folder.resolve("sql/V4__more.sql"));
    Files.delete(folder.resolve("sql/U4__more.sql"));
    assertRefused(
        database,
        "V4__more.sql",
        "future",
        "the database is ahead of this build; applied and unknown here: ",
        "Run a build that has these migrations");
    write();

    file("V1.5__late.sql", "CREATE TABLE late (id int);");
    assertRefused(
        database,
        "V1.5__late.sql",
        "late",
        "migrations older than the newest applied one were never applied: ",
        "Give them a newer version");
    on(database).run("migrate", "--out-of-order").exits(0);
    assertThat(on(database).run("status", "--exit-code").exits(0).out()).contains("out-of-order");
  }

  @Test
  void goesAllTheWayBackAndForth(ScratchDatabase database, ScratchDatabase unbroken)
      throws Exception {
    on(database).run("migrate").exits(0);
    assertThat(on(database).run("goto", "0", "--yes", "--accept-loss", "all").exits(0).out())
        .startsWith("4 reverted; nothing is applied any more");
    assertThat(on(database).run("status", "--json").json().get("currentVersion").isNull()).isTrue();
    validateWithStockFlyway(database);
    assertThat(on(database).run("goto", "4").exits(0).out()).startsWith("4 applied, 0 pending");
    assertComplete(database, unbroken);
  }
}
