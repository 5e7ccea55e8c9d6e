package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import dev.gatewaydb.testing.ValidHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Taking migrations back, and what that says it would lose. */
@ExtendWith({ScratchPostgres.class, ValidHistory.class})
final class RevertTest {
  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project = new Project(folder);
    for (String letter : List.of("a", "b", "c")) {
      int version = letter.charAt(0) - 'a' + 1;
      pair(
          version,
          "make_" + letter,
          "CREATE TABLE %s (id int);".formatted(letter),
          "DROP TABLE %s;".formatted(letter));
    }
  }

  private void pair(int version, String name, String up, String down) {
    project
        .with("V%d__%s.sql".formatted(version, name), up)
        .with("U%d__%s.sql".formatted(version, name), down);
  }

  private static List<String> tables(ScratchDatabase db) throws Exception {
    return Sql.rows(
        db,
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            + " AND relname NOT IN ('flyway_schema_history', 'gwdb_journal') ORDER BY 1");
  }

  private static List<Optional<String>> versions(MigrateReport report) {
    return report.applied().stream().map(MigrateReport.Applied::version).toList();
  }

  private List<Loss> forecast(ScratchDatabase db, ScratchServer server) {
    project.migrator(db).migrate();
    return forecastOfNewest(db, server);
  }

  private List<Loss> forecastOfNewest(ScratchDatabase db, ScratchServer server) {
    return project.migrator(db).forecast(project.migrator(db).planRevert(1), server);
  }

  @Test
  void takesTheNewestBack(ScratchDatabase db) throws Exception {
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    MigrateReport report = migrator.revert(migrator.planRevert(2));

    assertThat(versions(report)).containsExactly(Optional.of("3"), Optional.of("2"));
    assertThat(report.fromVersion()).contains("3");
    assertThat(report.toVersion()).contains("1");
    assertThat(tables(db)).containsExactly("a");
    assertThat(
            Sql.rows(
                db,
                "SELECT version, type, success FROM flyway_schema_history ORDER BY installed_rank"))
        .containsExactly("1|SQL|t", "2|SQL|t", "3|SQL|t", "3|DELETE|t", "2|DELETE|t");
    assertThat(Sql.rows(db, "SELECT action, version FROM gwdb_journal ORDER BY id"))
        .containsExactly("revert|3", "revert|2");
    // A stock Flyway finds two pending ones, and nothing wrong.
    project.stockFlyway(db).validateWithResult();
    assertThat(project.stockFlyway(db).info().pending()).hasSize(2);
    project.configure(db.dataSource()).ignoreMigrationPatterns("*:pending").load().validate();
  }

  @Test
  void takesAllAboveAVersionBack(ScratchDatabase db) throws Exception {
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    assertThat(versions(migrator.revert(migrator.planRevertTo("2"))))
        .containsExactly(Optional.of("3"));
    assertThat(migrator.revert(migrator.planRevertTo("2")).applied()).isEmpty();
    migrator.revert(migrator.planRevertTo("0"));

    assertThat(tables(db)).isEmpty();
    assertThat(migrator.status().currentVersion()).isEmpty();
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> migrator.planRevertTo("2"))
        .withMessageContaining("version 2 is not applied");
  }

  @Test
  void takesBackAllThatCanBe(ScratchDatabase db) throws Exception {
    project.without("U1__make_a.sql");
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    assertThat(versions(migrator.revert(migrator.planRevertAll())))
        .containsExactly(Optional.of("3"), Optional.of("2"));
    assertThat(tables(db)).containsExactly("a");
    assertThat(migrator.planRevertAll().migrations()).isEmpty();
  }

  @Test
  void goesBackAndForthAsOftenAsOneLikes(ScratchDatabase db) throws Exception {
    pair(
        4,
        "index",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (id);",
        "-- no-transaction\nDROP INDEX CONCURRENTLY i;");
    Migrator migrator = project.migrator(db);
    for (int cycle = 1; cycle <= 3; cycle++) {
      assertThat(migrator.migrate().applied()).as("cycle %d", cycle).hasSize(4);
      assertThat(Sql.rows(db, "SELECT to_regclass('i')")).containsExactly("i");
      project.stockFlyway(db).validate();
      assertThat(migrator.revert(migrator.planRevertAll()).applied()).hasSize(4);
      assertThat(tables(db)).isEmpty();
      project.configure(db.dataSource()).ignoreMigrationPatterns("*:pending").load().validate();
    }
    migrator.migrate();
    project.stockFlyway(db).validate();
  }

  @Test
  void aJournalLeftByAKillDoesNotHideStatementsFromTheNextCycle(ScratchDatabase db)
      throws Exception {
    pair(
        4,
        "index",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (id);",
        "-- no-transaction\nDROP INDEX CONCURRENTLY i;");
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    // As if killed after the history row and before the journal was tidied, both ways.
    Sql.execute(db, "UPDATE gwdb_journal SET state = 'done' WHERE action = 'statement'");
    migrator.revert(migrator.planRevert(1));
    assertThat(
            Sql.rows(
                db,
                "SELECT count(*) FROM gwdb_journal WHERE action = 'statement' AND state = 'done'"))
        .containsExactly("0");
    migrator.migrate();

    assertThat(Sql.rows(db, "SELECT to_regclass('i')")).containsExactly("i");
  }

  @Test
  void forecastsTablesAndColumns(ScratchDatabase db, ScratchServer server) throws Exception {
    pair(
        4,
        "more",
        """
        CREATE SCHEMA "Other One";
        CREATE TABLE "Other One"."Mixed Case" (id int);
        CREATE TABLE d (id int);
        ALTER TABLE a ADD COLUMN "Note" text;
        """,
        """
        SET search_path = "Other One";
        DROP TABLE "Mixed Case";
        DROP TABLE public.d;
        ALTER TABLE public.a DROP COLUMN "Note";
        """);
    project.migrator(db).migrate();
    Sql.execute(db, "INSERT INTO d SELECT generate_series(1, 3)");
    Sql.execute(db, "INSERT INTO a VALUES (1), (2)");
    Sql.execute(db, "INSERT INTO \"Other One\".\"Mixed Case\" VALUES (1)");

    assertThat(forecastOfNewest(db, server))
        .containsExactlyInAnyOrder(
            new Loss("\"Other One\".\"Mixed Case\"", Loss.Kind.TABLE, 1),
            new Loss("d", Loss.Kind.TABLE, 3),
            new Loss("a.\"Note\"", Loss.Kind.COLUMN, 2));
    // Only looked.
    assertThat(tables(db)).containsExactly("a", "b", "c", "d");
    assertThat(project.migrator(db).status().currentVersion()).contains("4");
  }

  @Test
  void forecastsEnumValues(ScratchDatabase db, ScratchServer server) {
    pair(
        4,
        "mood",
        "CREATE TYPE mood AS ENUM ('sad', 'it''s fine'); CREATE TABLE m (mood mood);",
        "DROP TABLE m; DROP TYPE mood;");
    pair(
        5,
        "moods",
        "ALTER TYPE mood ADD VALUE 'happy';",
        """
        CREATE TYPE mood2 AS ENUM ('sad', 'it''s fine');
        ALTER TABLE m ALTER COLUMN mood TYPE mood2 USING mood::text::mood2;
        DROP TYPE mood;
        ALTER TYPE mood2 RENAME TO mood;
        """);

    assertThat(forecast(db, server))
        .containsExactly(new Loss("mood.happy", Loss.Kind.ENUM_VALUE, 0));
  }

  @Test
  void forecastsWhatIsDroppedAndMadeAnew(ScratchDatabase db, ScratchServer server)
      throws Exception {
    pair(
        4,
        "anew",
        "SELECT 1;",
        """
        ALTER TABLE a DROP COLUMN id;
        ALTER TABLE a ADD COLUMN id bigint;
        DROP TABLE b;
        CREATE TABLE b (id int);
        """);
    project.migrator(db).migrate();
    Sql.execute(db, "INSERT INTO a VALUES (1)");

    assertThat(forecastOfNewest(db, server))
        .containsExactlyInAnyOrder(
            new Loss("a.id", Loss.Kind.COLUMN, 1), new Loss("b", Loss.Kind.TABLE, 0));
  }

  @Test
  void losesNothingByRenaming(ScratchDatabase db, ScratchServer server) {
    pair(
        4,
        "rename",
        "ALTER TABLE a RENAME TO z; ALTER TABLE z RENAME COLUMN id TO key;",
        "ALTER TABLE z RENAME COLUMN key TO id; ALTER TABLE z RENAME TO a;");

    assertThat(forecast(db, server)).isEmpty();
  }

  @Test
  void forecastsSeveralAtOnceAndNothingForAnEmptyPlan(ScratchDatabase db, ScratchServer server) {
    Migrator migrator = project.migrator(db);
    assertThat(migrator.forecast(migrator.planRevert(1), server)).isEmpty();
    migrator.migrate();
    assertThat(migrator.forecast(migrator.planRevertTo("1"), server))
        .extracting(Loss::name)
        .containsExactlyInAnyOrder("b", "c");
    assertThat(migrator.forecast(migrator.planRevertTo("3"), server)).isEmpty();
  }

  @Test
  void aSimpleMigrationIsRefusedWithItsOwnReference(ScratchDatabase db) throws Exception {
    project
        .with("V21__simple.sql", "CREATE TABLE simple (id int);")
        .with("V22__last.sql", "SELECT 1;")
        .with("U22__last.sql", "SELECT 1;")
        .with("rollback_reference/121_other.sql", "DROP TABLE other;")
        .with("rollback_reference/21_simple.sql", "DROP TABLE simple;");
    Migrator migrator = project.migrator(db);
    migrator.migrate();

    for (Callable<RevertPlan> plan :
        List.<Callable<RevertPlan>>of(
            () -> migrator.planRevert(2), () -> migrator.planRevertTo("0"))) {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(plan::call)
          .withMessageContaining("V21__simple.sql")
          .satisfies(
              e ->
                  assertThat(e.nextStep())
                      .contains("rollback_reference/21_simple.sql")
                      .contains("gwdb force"));
    }
    assertThat(migrator.status().currentVersion()).contains("22");
  }

  @Test
  void namesNoReferenceOfAnotherVersion(ScratchDatabase db) {
    project
        .with("V7__simple.sql", "SELECT 1;")
        .with("rollback_reference/17_other.sql", "SELECT 1;");
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> migrator.planRevert(1))
        .satisfies(e -> assertThat(e.nextStep()).doesNotContain("17_").contains("new migration"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"BEGIN", "COMMIT", "end", "/* x */ ROLLBACK", "START TRANSACTION"})
  void aDownScriptThatEndsItsTransactionIsRefused(String control, ScratchDatabase db)
      throws Exception {
    project.with("U2__make_b.sql", "DROP TABLE b;\n" + control + ";\n");
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> migrator.revert(migrator.planRevert(2)))
        .withMessageContaining("U2__make_b.sql:2");
    assertThat(tables(db)).containsExactly("a", "b", "c");
  }

  @Test
  void whatFailsLeavesEverything(ScratchDatabase db) throws Exception {
    project.with("U2__make_b.sql", "DROP TABLE b;\n\nDROP TABLE nowhere;");
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    List<String> history = Sql.rows(db, "SELECT * FROM flyway_schema_history");
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(() -> migrator.revert(migrator.planRevertTo("1")))
        .withMessageContaining("U2__make_b.sql:3")
        .withMessageContaining("42P01");

    // Version 3 had its own transaction.
    assertThat(tables(db)).containsExactly("a", "b");
    assertThat(migrator.status().currentVersion()).contains("2");
    assertThat(Sql.rows(db, "SELECT * FROM flyway_schema_history"))
        .containsAll(history)
        .hasSize(history.size() + 1);
    project.configure(db.dataSource()).ignoreMigrationPatterns("*:pending").load().validate();
  }

  @Test
  void aPlanThatIsOutOfDateIsRefused(ScratchDatabase db) throws Exception {
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    RevertPlan plan = migrator.planRevert(1);
    migrator.revert(plan);
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> migrator.revert(plan))
        .withMessageContaining("somebody else")
        .satisfies(e -> assertThat(e.nextStep()).contains("gwdb status"));
    assertThat(tables(db)).containsExactly("a", "b");

    // The newest one having no down script is no better reason than that.
    RevertPlan second = migrator.planRevert(1);
    project.with("V9__simple.sql", "SELECT 1;");
    project.migrator(db).migrate();
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> project.migrator(db).revert(second));
    assertThat(tables(db)).containsExactly("a", "b", "c");
  }

  @Test
  void oneOfTwoAtOnceReverts(ScratchDatabase db) throws Exception {
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    RevertPlan plan = migrator.planRevert(1);
    CyclicBarrier barrier = new CyclicBarrier(2);
    int reverted = 0;
    int refused = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<MigrateReport>> reports = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        reports.add(
            threads.submit(
                () -> {
                  barrier.await();
                  return migrator.revert(plan);
                }));
      }
      for (Future<MigrateReport> report : reports) {
        try {
          reverted += report.get(30, TimeUnit.SECONDS).applied().size();
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(RefusedException.class);
          refused++;
        }
      }
    }
    assertThat(reverted).isEqualTo(1);
    assertThat(refused).isEqualTo(1);
    assertThat(tables(db)).containsExactly("a", "b");
  }

  @Test
  void whatADownScriptSetsEndsWithIt(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE SCHEMA elsewhere");
    project
        .with("U3__make_c.sql", "DROP TABLE c; SET search_path = elsewhere; SET ROLE pg_monitor;")
        .with("U2__make_b.sql", "DROP TABLE b;");
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    migrator.revert(migrator.planRevertTo("1"));
    assertThat(tables(db)).containsExactly("a");
  }

  @Test
  void unqualifiedNamesLeadWhereTheyLedForward(ScratchDatabase db, ScratchServer server)
      throws Exception {
    pair(
        4,
        "outside",
        "-- no-transaction\nCREATE TABLE outside (id int);",
        "-- no-transaction\nDROP TABLE outside;");
    Migrator migrator =
        new Migrator(
            db.dataSource(),
            project.set(),
            MigratorOptions.DEFAULT
                .withHistory(Optional.of("app"), "h")
                .withLockWait(Duration.ZERO),
            MigrationListener.SILENT);
    migrator.migrate();
    String there = "SELECT tablename FROM pg_tables WHERE schemaname = 'app' ORDER BY 1";
    assertThat(Sql.rows(db, there)).containsExactly("a", "b", "c", "gwdb_journal", "h", "outside");
    Sql.execute(db, "INSERT INTO app.c VALUES (1), (2)");
    assertThat(migrator.forecast(migrator.planRevert(2), server))
        .containsExactlyInAnyOrder(
            new Loss("app.outside", Loss.Kind.TABLE, 0), new Loss("app.c", Loss.Kind.TABLE, 2));

    migrator.revert(migrator.planRevert(4));
    assertThat(Sql.rows(db, there)).containsExactly("gwdb_journal", "h");
  }
}
