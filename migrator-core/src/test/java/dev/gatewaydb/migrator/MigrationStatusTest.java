package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Where files and history agree and where they don't, and what migrate says to each. */
@ExtendWith(ScratchPostgres.class)
final class MigrationStatusTest {
  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project =
        new Project(folder)
            .with("V1__one.sql", "CREATE TABLE one ();")
            .with("U1__one.sql", "DROP TABLE one;")
            .with("V3__three.sql", "CREATE TABLE three ();");
  }

  private List<String> states(ScratchDatabase db) {
    return project.migrator(db).status().entries().stream()
        .map(e -> e.script() + " " + e.state().label())
        .toList();
  }

  private <T extends GatewayDbException> T refusal(Class<T> type, ScratchDatabase db)
      throws SQLException {
    List<String> before = history(db);
    T thrown = catchThrowableOfType(type, () -> project.migrator(db).migrate());
    assertThat(thrown).as("a %s", type.getSimpleName()).isNotNull();
    assertThat(thrown.nextStep()).isNotEmpty();
    assertThat(history(db)).isEqualTo(before);
    return thrown;
  }

  private static List<String> history(ScratchDatabase db) throws SQLException {
    return Sql.rows(db, "SELECT * FROM flyway_schema_history ORDER BY installed_rank");
  }

  @Test
  void pendingAndApplied(ScratchDatabase db) throws Exception {
    assertThat(states(db)).containsExactly("V1__one.sql pending", "V3__three.sql pending");
    project.migrator(db).migrate();
    project.with("V4__four.sql", "SELECT 1;");

    MigrationStatus status = project.migrator(db).status();
    assertThat(states(db))
        .containsExactly("V1__one.sql applied", "V3__three.sql applied", "V4__four.sql pending");
    assertThat(status.currentVersion()).contains("3");
    assertThat(status.pending())
        .extracting(MigrationStatus.Entry::script)
        .containsExactly("V4__four.sql");
    MigrationStatus.Entry one = status.entries().getFirst();
    assertThat(one.version()).contains("1");
    assertThat(one.description()).isEqualTo("one");
    assertThat(one.reversible()).isTrue();
    assertThat(one.installedBy()).contains(db.settings().user());
    assertThat(one.duration()).isPresent();
    assertThat(one.checksum().map(String::valueOf))
        .isEqualTo(
            Optional.of(
                Sql.rows(db, "SELECT checksum FROM flyway_schema_history WHERE version = '1'")
                    .getFirst()));
    assertThat(status.entries().get(1).reversible()).isFalse();
    assertThat(one.installedOn().orElseThrow())
        .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    project.stockFlyway(db).validateWithResult();
  }

  @Test
  void editedFiles(ScratchDatabase db) throws Exception {
    project.migrator(db).migrate();
    project.with("V1__one.sql", "CREATE TABLE one (id int);");

    assertThat(states(db)).contains("V1__one.sql edited");
    RefusedException thrown = refusal(RefusedException.class, db);
    assertThat(thrown).hasMessageContaining("edited").hasMessageContaining("V1__one.sql");
    assertThat(thrown.nextStep()).contains("new migration");
  }

  @Test
  void otherLineEndingsAreNoEdit(ScratchDatabase db) {
    project.with("V4__lines.sql", "SELECT 1;\nSELECT 2;\n").migrator(db).migrate();
    project.with("V4__lines.sql", "SELECT 1;\r\nSELECT 2;\r\n");

    assertThat(states(db)).contains("V4__lines.sql applied");
    project.migrator(db).migrate();
    project.stockFlyway(db).validate();
  }

  @Test
  void aRenamedFileIsOneThatIsGone(ScratchDatabase db) throws Exception {
    project.migrator(db).migrate();
    project.without("V1__one.sql").without("U1__one.sql");

    assertThat(states(db)).contains("V1__one.sql missing");
    RefusedException thrown = refusal(RefusedException.class, db);
    assertThat(thrown).hasMessageContaining("gone").hasMessageContaining("V1__one.sql");
    assertThat(thrown.nextStep()).contains("Restore");
  }

  @Test
  void aDatabaseAheadOfTheFiles(ScratchDatabase db) throws Exception {
    project.migrator(db).migrate();
    project.without("V3__three.sql");

    assertThat(states(db)).containsExactly("V1__one.sql applied", "V3__three.sql future");
    RefusedException thrown = refusal(RefusedException.class, db);
    assertThat(thrown).hasMessageContaining("ahead").hasMessageContaining("V3__three.sql");
    assertThat(thrown.nextStep()).contains("build");
  }

  @Test
  void aFileThatCameTooLate(ScratchDatabase db) throws Exception {
    project.migrator(db).migrate();
    project.with("V2__two.sql", "SELECT 1;");

    assertThat(states(db)).contains("V2__two.sql late");
    RefusedException thrown = refusal(RefusedException.class, db);
    assertThat(thrown).hasMessageContaining("V2__two.sql");
    assertThat(thrown.nextStep()).contains("newer version");
  }

  @Test
  void appliedOutOfOrderByStockFlyway(ScratchDatabase db) {
    project.migrator(db).migrate();
    project.with("V2__two.sql", "SELECT 1;");
    project.configure(db.dataSource()).outOfOrder(true).load().migrate();

    assertThat(states(db))
        .containsExactly(
            "V1__one.sql applied", "V2__two.sql out-of-order", "V3__three.sql applied");
    assertThat(project.migrator(db).status().currentVersion()).contains("3");
    assertThat(project.migrator(db).migrate().applied()).isEmpty();
  }

  @Test
  void failedOutsideATransaction(ScratchDatabase db) throws Exception {
    project.with("V4__bad.sql", "-- no-transaction\nCREATE TABLE left_over ();\nSELECT 1/0;\n");
    NeedsPersonException first =
        catchThrowableOfType(NeedsPersonException.class, () -> project.migrator(db).migrate());
    assertThat(first).hasMessageContaining("V4__bad.sql:3").hasMessageContaining("22012");
    assertThat(first.nextStep()).contains("goes on from here");
    assertThat(states(db)).contains("V4__bad.sql interrupted");
    assertThat(project.migrator(db).status().pending())
        .singleElement()
        .extracting(MigrationStatus.Entry::reached)
        .isEqualTo(Optional.of(new MigrationStatus.Reached(2, "failed")));

    project.with("V4__bad.sql", "-- no-transaction\nCREATE TABLE left_over ();\nSELECT 1/1;\n");
    assertThat(project.migrator(db).migrate().applied()).hasSize(1);
    assertThat(project.migrator(db).status().currentVersion()).contains("4");
    project.stockFlyway(db).validate();
  }

  @Test
  void whoMayNotReadTheJournalSeesTheStatusWithoutIt(ScratchDatabase db) throws Exception {
    project.with("V4__bad.sql", "-- no-transaction\nSELECT 1/0;\n");
    assertThat(catchThrowable(() -> project.migrator(db).migrate())).isNotNull();
    Sql.execute(db, "GRANT SELECT ON flyway_schema_history TO PUBLIC");
    Sql.execute(db, "REVOKE ALL ON gwdb_journal FROM CURRENT_USER");
    Sql.dropSuperuserRights(db);

    assertThat(states(db)).contains("V4__bad.sql pending");
  }

  /** As a stock Flyway with a session lock leaves it. */
  @Test
  void refusesAFailedRow(ScratchDatabase db) throws Exception {
    project.migrator(db).migrate();
    Sql.execute(db, "UPDATE flyway_schema_history SET success = false WHERE version = '3'");

    assertThat(states(db)).contains("V3__three.sql failed");
    assertThat(refusal(NeedsPersonException.class, db)).hasMessageContaining("V3__three.sql");
  }

  @Test
  void baselines(ScratchDatabase db) {
    project.configure(db.dataSource()).baselineVersion("1").load().baseline();

    assertThat(project.migrator(db).status().entries())
        .extracting(MigrationStatus.Entry::state)
        .contains(MigrationState.BASELINE, MigrationState.PENDING)
        .doesNotContain(MigrationState.LATE);
    assertThat(project.migrator(db).status().currentVersion()).contains("1");
    assertThat(project.migrator(db).migrate().applied())
        .extracting(MigrateReport.Applied::version)
        .containsExactly(Optional.of("3"));
    project.stockFlyway(db).validate();
  }

  @Test
  void repeatables(ScratchDatabase db) throws Exception {
    project.with("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS n;");
    project.migrator(db).migrate();
    assertThat(states(db)).contains("R__view.sql applied");
    project.with("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT 2 AS n;");

    assertThat(states(db)).contains("R__view.sql outdated");
    assertThat(project.migrator(db).status().pending()).hasSize(1);
    assertThat(project.migrator(db).migrate().applied())
        .extracting(MigrateReport.Applied::version)
        .containsExactly(Optional.empty());
    assertThat(Sql.rows(db, "SELECT n FROM v")).containsExactly("2");
    assertThat(states(db)).contains("R__view.sql applied", "R__view.sql superseded");
    project.stockFlyway(db).validate();
  }

  @Test
  void aHistoryTableOfAnotherShape(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE TABLE flyway_schema_history (version bigint, dirty boolean)");

    FailedException thrown =
        catchThrowableOfType(FailedException.class, () -> project.migrator(db).status());
    assertThat(thrown)
        .hasMessageContaining("\"public\".\"flyway_schema_history\"")
        .hasMessageContaining("42703");
    assertThat(thrown.nextStep()).contains("Flyway's");
    assertThat(catchThrowableOfType(FailedException.class, () -> project.migrator(db).migrate()))
        .hasMessage(thrown.getMessage());
  }

  @Test
  void noRightsOnTheHistoryTable(ScratchDatabase db) throws Exception {
    project.migrator(db).migrate();
    Sql.execute(db, "REVOKE ALL ON flyway_schema_history FROM CURRENT_USER");
    Sql.dropSuperuserRights(db);

    FailedException thrown =
        catchThrowableOfType(FailedException.class, () -> project.migrator(db).status());
    assertThat(thrown).isNotNull();
    assertThat(thrown).hasMessageContaining("42501");
    assertThat(thrown.nextStep()).startsWith("Grant");
  }

  @Test
  void aFileThatFlywayCannotRead(ScratchDatabase db) {
    project.with("V4__conf.sql", "SELECT 1;").with("V4__conf.sql.conf", "shouldExecute=perhaps");

    FailedException thrown =
        catchThrowableOfType(FailedException.class, () -> project.migrator(db).status());
    assertThat(thrown).isNotNull();
    assertThat(thrown).hasMessageContaining("shouldExecute");
  }

  @Test
  void flywayReadsTheSameNames(ScratchDatabase db) throws Exception {
    for (String name :
        List.of(
            "V4.sql",
            "V5__.sql",
            "V6.1__a_b.sql",
            "V7_1__a__b.sql",
            "V08__zero.sql",
            "V99999999999999999999999__big.sql",
            "sub/dir/V9.0__ünï.sql",
            "R__re_peat.sql")) {
      project.with(name, "SELECT 1;");
    }
    List<MigrateReport.Applied> applied = project.migrator(db).migrate().applied();
    List<String> named =
        project.set().migrations().stream().map(m -> m.version() + "|" + m.description()).toList();

    assertThat(
            Sql.rows(
                db,
                "SELECT version, description FROM flyway_schema_history"
                    + " WHERE version IS NOT NULL ORDER BY installed_rank"))
        .isEqualTo(named);
    assertThat(applied).last().returns(Optional.empty(), MigrateReport.Applied::version);
    assertThat(applied.subList(0, applied.size() - 1))
        .extracting(a -> a.version().orElseThrow() + "|" + a.description())
        .isEqualTo(named);
    assertThat(project.migrator(db).status().pending()).isEmpty();
    project.stockFlyway(db).validate();
  }
}
