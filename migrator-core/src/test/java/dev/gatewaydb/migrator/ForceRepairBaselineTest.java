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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Changes of the history by hand. */
@ExtendWith({ScratchPostgres.class, ValidHistory.class})
final class ForceRepairBaselineTest {
  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project =
        new Project(folder)
            .with("V1__a.sql", "CREATE TABLE a (id int);")
            .with("V2__b.sql", "CREATE TABLE b (id int);")
            .with("U2__b.sql", "DROP TABLE b;")
            .with("V3__c.sql", "CREATE TABLE c (id int);");
  }

  private static List<String> tables(ScratchDatabase db) throws Exception {
    return Sql.rows(db, "SELECT to_regclass('a'), to_regclass('b'), to_regclass('c')");
  }

  private void validate(ScratchDatabase db) {
    project.configure(db.dataSource()).ignoreMigrationPatterns("*:pending").load().validate();
  }

  @Test
  void forcesForwardAndBackAndRunsNothing(ScratchDatabase db) throws Exception {
    Migrator migrator = project.migrator(db);
    assertThat(migrator.force("2", "made by hand")).containsExactly("applied: 1", "applied: 2");
    assertThat(migrator.status().currentVersion()).contains("2");
    validate(db);
    assertThat(migrator.force("2", "again")).isEmpty();
    assertThat(migrator.force("1", "undone by hand")).containsExactly("not applied: 2");
    validate(db);
    assertThat(migrator.force("0", "all undone")).containsExactly("not applied: 1");
    validate(db);
    assertThat(tables(db)).containsExactly("null|null|null");

    assertThat(Sql.rows(db, "SELECT action, version, reason FROM gwdb_journal ORDER BY id"))
        .containsExactly(
            "force|1|made by hand",
            "force|2|made by hand",
            "force|2|undone by hand",
            "force|1|all undone");
    assertThat(migrator.migrate().applied()).hasSize(3);
    validate(db);
  }

  @Test
  void theHistoryChangesOnlyTogetherWithTheJournal(ScratchDatabase db, ScratchServer server)
      throws Exception {
    Migrator migrator = project.migrator(db);
    migrator.migrateTo("1");
    migrator.force("2", "makes the journal");
    Sql.execute(
        db,
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN RAISE EXCEPTION ''no''; END';
        CREATE TRIGGER refuse BEFORE INSERT ON gwdb_journal EXECUTE FUNCTION refuse();
        """);
    List<String> before = Sql.rows(db, "SELECT * FROM flyway_schema_history");
    for (String version : List.of("0", "1", "3")) {
      assertThatExceptionOfType(FailedException.class)
          .isThrownBy(() -> migrator.force(version, "why"));
    }
    assertThat(Sql.rows(db, "SELECT * FROM flyway_schema_history")).isEqualTo(before);

    Sql.execute(db, "DROP TABLE flyway_schema_history; CREATE TABLE b ()");
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(() -> migrator.baseline("2", "why", server));
    assertThat(Sql.rows(db, "SELECT to_regclass('flyway_schema_history')")).containsExactly("null");
  }

  @Test
  void forcesNoUnknownVersion(ScratchDatabase db) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> project.migrator(db).force("7", "why"))
        .withMessageContaining("no migration with version 7");
  }

  @Test
  void whatWasDoneInPartRunsAgainAfterForcingBack(ScratchDatabase db) throws Exception {
    project.with("V4__i.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (id);");
    Migrator migrator = project.migrator(db);
    migrator.migrate();
    // As a kill between the history row and the journal's tidying leaves it.
    Sql.execute(db, "UPDATE gwdb_journal SET state = 'done'");
    Sql.execute(db, "DROP INDEX i");
    migrator.force("3", "dropped by hand");
    migrator.migrate();
    assertThat(Sql.rows(db, "SELECT to_regclass('i')")).containsExactly("i");
  }

  @Test
  @ValidHistory.Unsound
  void repairsOnlyWhatFailed(ScratchDatabase db) throws Exception {
    Migrator migrator = project.migrator(db);
    migrator.migrateTo("1");
    assertThat(migrator.repairable()).isEmpty();
    assertThat(migrator.repair("nothing")).isEmpty();
    Sql.execute(
        db,
        "INSERT INTO flyway_schema_history VALUES (2, '2', 'b', 'SQL', 'V2__b.sql', 1, 'x', now(),"
            + " 1, false)");
    Sql.execute(db, "UPDATE flyway_schema_history SET checksum = 1 WHERE version = '1'");
    assertThat(migrator.repairable()).containsExactly("failed history row of version 2");
    assertThat(migrator.repair("looked")).containsExactly("failed history row of version 2");
    // The edited file stays an error.
    assertThat(Sql.rows(db, "SELECT version, checksum FROM flyway_schema_history"))
        .containsExactly("1|1");
    assertThatExceptionOfType(RefusedException.class).isThrownBy(migrator::migrate);
    assertThat(Sql.rows(db, "SELECT action, version, reason FROM gwdb_journal"))
        .containsExactly("repair|2|looked");
  }

  @Test
  void startsAHistoryWhereTheTablesAre(ScratchDatabase db, ScratchServer server) throws Exception {
    Sql.execute(db, "CREATE TABLE a (id int)");
    Migrator migrator = project.migrator(db);
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> migrator.baseline("2", "why", server))
        .withMessageContaining("not here: b");
    assertThat(Sql.rows(db, "SELECT to_regclass('flyway_schema_history')")).containsExactly("null");

    Sql.execute(db, "CREATE TABLE b (id int)");
    migrator.baseline("2", "made by hand", server);
    assertThat(migrator.status().currentVersion()).contains("2");
    assertThat(migrator.migrate().applied()).hasSize(1);
    project.stockFlyway(db).validate();
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> migrator.baseline("2", "again", server))
        .withMessageContaining("has a history already");
  }

  @Test
  void refusesABaselineThatNothingIsKnownOf(ScratchDatabase db, ScratchServer server) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> project.migrator(db).baseline("99", "typo", server))
        .withMessageContaining("no migration with version 99");
  }

  @Test
  void aHistoryOfRevertedOnesIsAHistory(ScratchDatabase db, ScratchServer server) {
    Migrator migrator = project.migrator(db);
    migrator.migrateTo("1");
    migrator.force("0", "x");
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> migrator.baseline("1", "y", server))
        .withMessageContaining("has a history already");
  }

  @Test
  void theBaselineIsNeverReverted(ScratchDatabase db, ScratchServer server) throws Exception {
    Sql.execute(db, "CREATE TABLE a (id int); CREATE TABLE b (id int)");
    project.with("U3__c.sql", "DROP TABLE c;");
    Migrator migrator = project.migrator(db);
    migrator.baseline("2", "by hand", server);
    migrator.migrate();
    migrator.revert(migrator.planRevertAll());
    assertThat(tables(db)).containsExactly("a|b|null");
    assertThat(migrator.planRevert(1).migrations()).isEmpty();
    assertThat(migrator.planRevertTo("2").migrations()).isEmpty();
    assertThat(migrator.force("0", "no")).isEmpty();
    assertThat(migrator.status().currentVersion()).contains("2");
    validate(db);
  }
}
