package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationFile;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Jvm;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import dev.gatewaydb.testing.ValidHistory;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripts that can't run in a transaction: what is done stays done, whatever happens. */
@ExtendWith({ScratchPostgres.class, ValidHistory.class})
final class OutsideTransactionTest {
  private static final String JOURNAL =
      "SELECT version, statement_number, state FROM gwdb_journal WHERE action = 'statement'"
          + " ORDER BY id";
  private static final String INDEXES =
      "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
          + " WHERE i.indrelid = 't'::regclass ORDER BY 1";

  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project =
        new Project(folder)
            .with("V1__t.sql", "CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1);");
  }

  private Migrator impatient(ScratchDatabase db) {
    return new Migrator(
        db.dataSource(),
        project.set(),
        MigratorOptions.DEFAULT.withLockWait(Duration.ZERO),
        MigrationListener.SILENT);
  }

  @Test
  void runsStatementsOneAtATimeAndKeepsAJournal(ScratchDatabase db) throws Exception {
    project.with(
        "V2__mixed.sql",
        """
        -- no-transaction
        INSERT INTO t VALUES (2);
        CREATE INDEX CONCURRENTLY i ON t (id);
        VACUUM t;
        """);
    assertThat(project.migrator(db).migrate().applied()).hasSize(2);

    assertThat(Sql.rows(db, INDEXES)).containsExactly("i|t");
    assertThat(Sql.rows(db, JOURNAL)).containsExactly("2|1|cleared", "2|2|cleared", "2|3|cleared");
    assertThat(
            Sql.rows(
                db,
                "SELECT count(*) FROM gwdb_journal WHERE finished_at >= started_at"
                    + " AND backend_start IS NOT NULL AND statement_hash ~ '^[0-9a-f]{64}$'"))
        .containsExactly("3");
    project.stockFlyway(db).validate();
  }

  @Test
  void goesOnWhereItFailed(ScratchDatabase db) throws Exception {
    String first = "-- no-transaction\nINSERT INTO t VALUES (2);\n";
    project.with("V2__two.sql", first + "INSERT INTO absent VALUES (1);");
    assertThatExceptionOfType(NeedsPersonException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("V2__two.sql:3")
        .satisfies(
            e ->
                assertThat(e.nextStep())
                    .contains("1 of its statements is done")
                    .contains("goes on"));
    assertThat(Sql.rows(db, JOURNAL)).containsExactly("2|1|done", "2|2|failed");
    assertThat(project.migrator(db).status().pending()).hasSize(1);

    // The statement that failed may be corrected; what is done may not.
    project.with("V2__two.sql", first.replace("2", "3") + "INSERT INTO t VALUES (4);");
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("V2__two.sql was edited")
        .satisfies(e -> assertThat(e.nextStep()).contains("Restore"));
    project.with("V2__two.sql", first + "INSERT INTO t VALUES (4);");
    assertThat(project.migrator(db).migrate().applied()).hasSize(1);
    assertThat(Sql.rows(db, "SELECT id FROM t ORDER BY 1")).containsExactly("1", "1", "2", "4");
    project.stockFlyway(db).validate();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SET ROLE pg_monitor", "SET SESSION AUTHORIZATION pg_monitor"})
  void aRoleThatTheScriptTakesIsItsOwn(String take, ScratchDatabase db) throws Exception {
    Sql.execute(
        db,
        "CREATE SCHEMA theirs; GRANT ALL ON SCHEMA theirs TO pg_monitor;"
            + " CREATE TABLE theirs.seen (statement text, who text);"
            + " GRANT ALL ON theirs.seen TO pg_monitor");
    project.with(
        "V2__role.sql",
        """
        -- no-transaction
        %s;
        INSERT INTO theirs.seen VALUES ('inside', current_user);
        DO $$ BEGIN INSERT INTO theirs.seen VALUES ('outside', current_user); END $$;
        INSERT INTO theirs.seen SELECT 'late', current_user FROM theirs.absent;
        """
            .formatted(take));
    assertThatExceptionOfType(NeedsPersonException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("V2__role.sql:5");
    assertThat(Sql.rows(db, JOURNAL))
        .containsExactly("2|1|done", "2|2|done", "2|3|done", "2|4|failed");

    // Goes on with the role that it had taken, and ends with our own.
    Sql.execute(db, "CREATE TABLE theirs.absent AS SELECT 1; GRANT ALL ON theirs.absent TO PUBLIC");
    project.with("V3__after.sql", "INSERT INTO theirs.seen VALUES ('after', current_user);");
    project.migrator(db).migrate();
    assertThat(Sql.rows(db, "SELECT statement, who FROM theirs.seen ORDER BY ctid"))
        .containsExactly(
            "inside|pg_monitor",
            "outside|pg_monitor",
            "late|pg_monitor",
            "after|" + Sql.rows(db, "SELECT current_user").getFirst());
    project.stockFlyway(db).validate();
  }

  @Test
  void goesOnWithTheSettingsThatItHadMade(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE SCHEMA app");
    project.with(
        "V2__set.sql",
        """
        -- no-transaction
        SET search_path = app;
        SELECT set_config('work_mem', '7MB', false);
        SELECT 1 / (SELECT count(*) FROM public.t WHERE id = 9);
        CREATE TABLE made AS SELECT current_setting('work_mem');
        """);
    assertThatExceptionOfType(NeedsPersonException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("22012");
    Sql.execute(db, "INSERT INTO t VALUES (9)");
    project.migrator(db).migrate();
    assertThat(Sql.rows(db, "SELECT * FROM app.made")).containsExactly("7MB");
  }

  @Test
  void whatItWarnsOfIsHeard(ScratchDatabase db) {
    project.with(
        "V2__warn.sql", "-- no-transaction\nDO $$ BEGIN RAISE WARNING 'look here'; END $$;");
    List<String> heard = new ArrayList<>();
    MigrationListener listener =
        new MigrationListener() {
          @Override
          public void notice(String severity, String message) {
            heard.add(severity + " " + message);
          }
        };
    new Migrator(db.dataSource(), project.set(), MigratorOptions.DEFAULT, listener).migrate();
    assertThat(heard).containsExactly("01000 look here");
  }

  @Test
  void dropsTheInvalidIndexOfWhatFailed(ScratchDatabase db) throws Exception {
    project.with(
        "V2__unique.sql",
        "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS u ON t (id);");
    assertThatExceptionOfType(NeedsPersonException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("23505");
    assertThat(Sql.rows(db, INDEXES)).isEmpty();

    Sql.execute(db, "DELETE FROM t");
    project.migrator(db).migrate();
    assertThat(Sql.rows(db, INDEXES)).containsExactly("u|t");
    project.stockFlyway(db).validate();
  }

  @Test
  void dropsTheInvalidIndexWhateverItsName(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE SCHEMA \"Other\"");
    Sql.execute(db, "CREATE TABLE \"Other\".\"Tab le\" AS SELECT 1 AS id UNION ALL SELECT 1");
    for (String name : List.of("\"Mixed Index\"", "größe")) {
      project.with(
          "V2__unique.sql",
          "CREATE UNIQUE INDEX CONCURRENTLY %s ON \"Other\".\"Tab le\" (id);".formatted(name));
      assertThatExceptionOfType(NeedsPersonException.class)
          .isThrownBy(() -> project.migrator(db).migrate());
      assertThat(Sql.rows(db, "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"))
          .as(name)
          .isEmpty();
      project.migrator(db).repair("test");
    }
  }

  @Test
  void needsNoMarkerForConcurrentlyAlone(ScratchDatabase db) throws Exception {
    project.with("V2__i.sql", "-- why\nCREATE INDEX CONCURRENTLY i ON t (id);");
    assertThat(project.migrator(db).migrate().applied()).hasSize(2);
    assertThat(Sql.rows(db, INDEXES)).containsExactly("i|t");
  }

  @Test
  void refusesToMixWithoutTheMarker(ScratchDatabase db) {
    project.with(
        "V2__mix.sql", "INSERT INTO t VALUES (2);\nCREATE INDEX CONCURRENTLY i ON t (id);");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("V2__mix.sql:2: CREATE INDEX")
        .satisfies(e -> assertThat(e.nextStep()).contains("-- no-transaction"));
    // Refused before anything ran.
    assertThat(project.migrator(db).status().pending()).hasSize(2);
  }

  @Test
  void refusesTransactionControl(ScratchDatabase db) {
    project.with("V2__begin.sql", "BEGIN;\nINSERT INTO t VALUES (2);\nCOMMIT;");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("V2__begin.sql:1: BEGIN");
    assertThat(project.migrator(db).status().pending()).hasSize(2);
  }

  @Test
  void asksAPersonWhenNothingTellsWhetherItTookEffect(ScratchDatabase db) throws Exception {
    project.with("V2__do.sql", "-- no-transaction\nDO $$ BEGIN INSERT INTO t VALUES (7); END $$;");
    project.migrator(db).migrateTo("1");
    interrupted(db, "DO $$ BEGIN INSERT INTO t VALUES (7); END $$");
    assertThatExceptionOfType(NeedsPersonException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("V2__do.sql:2 was interrupted")
        .satisfies(e -> assertThat(e.nextStep()).contains("gwdb force 2").contains("gwdb repair"));
    assertThat(project.migrator(db).repairable())
        .containsExactly("unfinished statements of version 2");

    project.migrator(db).repair("it did not");
    assertThat(project.migrator(db).migrate().applied()).hasSize(1);
    assertThat(Sql.rows(db, "SELECT count(*) FROM t WHERE id = 7")).containsExactly("1");
  }

  @Test
  void aDropThatMayBeRepeatedIs(ScratchDatabase db) throws Exception {
    String drop = "DROP INDEX CONCURRENTLY IF EXISTS i";
    project.with("V2__drop.sql", "-- no-transaction\n" + drop + ";");
    project.migrator(db).migrateTo("1");
    interrupted(db, drop);
    assertThat(project.migrator(db).migrate().applied()).hasSize(1);
  }

  private String hash(MigrationFile file) {
    return Script.parse(file, project.set()).parts().getFirst().hash();
  }

  /** As a kill leaves it: the journal says that the statement of version 2 was started. */
  private void interrupted(ScratchDatabase db, String sql) throws Exception {
    try (Connection connection = db.dataSource().getConnection()) {
      HistoryTable table = HistoryTable.resolve(connection, MigratorOptions.DEFAULT);
      StatementJournal journal = new StatementJournal(connection, table);
      journal.create();
      MigrationFile file = new MigrationFile("V2.sql", "-- no-transaction\n" + sql + ";");
      journal.start("2", "V2.sql", 1, hash(file));
    }
  }

  @Test
  void survivesAKillInConcurrently(ScratchDatabase db) throws Exception {
    project.with(
        "V2__i.sql",
        "-- no-transaction\nINSERT INTO t VALUES (2);\nCREATE INDEX CONCURRENTLY i ON t (id);");
    project.migrator(db).migrateTo("1");
    String backend =
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            + " AND query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'";
    try (Connection holder = db.dataSource().getConnection();
        Jvm process =
            Jvm.start(MigrateProcess.class, folder.toString()).write(db.settings().uri())) {
      holder.setAutoCommit(false);
      Sql.execute(holder, "LOCK TABLE t IN ROW EXCLUSIVE MODE");
      await().untilAsserted(() -> assertThat(Sql.rows(db, backend)).hasSize(1));
      process.kill("KILL");
      String pid = Sql.rows(db, backend).getFirst();

      // Its backend doesn't know yet, and still holds the lock.
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> impatient(db).migrate())
          .withMessageContaining("pid " + pid);
      Sql.rows(db, "SELECT pg_terminate_backend(" + pid + ")");
      await().untilAsserted(() -> assertThat(Sql.rows(db, backend)).isEmpty());
      holder.rollback();
    }
    assertThat(Sql.rows(db, INDEXES)).containsExactly("i|f");

    assertThat(project.migrator(db).migrate().applied()).hasSize(1);
    assertThat(Sql.rows(db, INDEXES)).containsExactly("i|t");
    assertThat(Sql.rows(db, "SELECT count(*) FROM t WHERE id = 2")).containsExactly("1");
    project.stockFlyway(db).validate();
  }

  @Test
  void namesABackendThatWorksOnWithoutTheLock(ScratchDatabase db) throws Exception {
    project.with("V2__i.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (id);");
    project.migrator(db).migrateTo("1");
    try (Connection other = db.dataSource().getConnection()) {
      HistoryTable table = HistoryTable.resolve(other, MigratorOptions.DEFAULT);
      StatementJournal journal = new StatementJournal(other, table);
      journal.create();
      journal.start("2", "V2__i.sql", 1, hash(project.set().find("2").orElseThrow().up()));
      String pid = Sql.rows(other, "SELECT pg_backend_pid()").getFirst();
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> project.migrator(db).migrate())
          .withMessageContaining("V2__i.sql:2 still runs")
          .withMessageContaining("pid " + pid)
          .satisfies(e -> assertThat(e.nextStep()).contains("pg_terminate_backend(" + pid));
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> project.migrator(db).repair("no"))
          .withMessageContaining("pid " + pid);
    }
    await().untilAsserted(() -> project.migrator(db).migrate());
    assertThat(Sql.rows(db, INDEXES)).containsExactly("i|t");
  }
}
