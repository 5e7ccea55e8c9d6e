package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import dev.gatewaydb.testing.ValidHistory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What we run ourselves comes out as it would under Flyway. */
@ExtendWith({ScratchPostgres.class, ValidHistory.class})
final class ForwardTest {
  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project =
        new Project(folder)
            .with("V1__make_a.sql", "CREATE TABLE a (id int);")
            .with("V2__make_b.sql", "CREATE TABLE b (id int);");
  }

  @Test
  void writesTheRowsThatFlywayWould(ScratchDatabase ours, ScratchDatabase theirs) throws Exception {
    project
        .with("V3_1__Some__odd_name.sql", "SELECT 1;\r\nSELECT 'ü';\r\n")
        .with("deep/er/V4__" + "long_".repeat(45) + "name.sql", "SELECT 1;")
        .with("R__view.sql", "CREATE VIEW v AS SELECT 1;")
        .with("V6__i.sql", "CREATE INDEX CONCURRENTLY i ON a (id);");
    String rows =
        "SELECT installed_rank, version, description, type, script, checksum, installed_by, success"
            + " FROM flyway_schema_history ORDER BY 1";
    project.migrator(ours).migrate();
    FluentConfiguration stock = project.configure(theirs.dataSource());
    stock
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    try (OneConnectionDataSource one = OneConnectionDataSource.open(theirs.dataSource())) {
      stock.dataSource(one).load().migrate();
    }

    assertThat(Sql.rows(ours, rows)).isEqualTo(Sql.rows(theirs, rows)).hasSize(6);
  }

  @Test
  void aMigrationCommitsWithItsRow(ScratchDatabase db) throws Exception {
    project.with("V3__look.sql", "CREATE TABLE seen AS SELECT txid_current() AS xid;");
    project.migrator(db).migrate();
    assertThat(Sql.rows(db, "SELECT xid FROM seen"))
        .isEqualTo(
            Sql.rows(db, "SELECT xmin::text FROM flyway_schema_history WHERE version = '3'"));
  }

  @Test
  void callbacksOfSingleMigrationsRun(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE TABLE calls (at text)");
    project
        .with("V3__i.sql", "CREATE INDEX CONCURRENTLY i ON a (id);")
        .with("V4__c.sql", "SELECT 4;")
        .with("V5__d.sql", "SELECT 5;");
    for (String event : List.of("beforeMigrate", "beforeEachMigrate", "afterMigrateApplied")) {
      project.with(event + ".sql", "INSERT INTO calls VALUES ('" + event + "');");
    }
    assertThat(project.migrator(db).migrate().applied())
        .extracting(applied -> applied.version().orElseThrow())
        .containsExactly("1", "2", "3", "4", "5");
    assertThat(Sql.rows(db, "SELECT at, count(*) FROM calls GROUP BY 1 ORDER BY 1"))
        .containsExactly("afterMigrateApplied|1", "beforeEachMigrate|2", "beforeMigrate|1");
    project.stockFlyway(db).validate();
  }

  @Test
  void saysThatAFileHoldsNoStatement(ScratchDatabase db) throws Exception {
    project
        .with("V3__nothing.sql", "-- to be written\n/* soon */\n")
        .with("U3__nothing.sql", "-- nor this\n");
    List<String> heard = new ArrayList<>();
    MigrationListener listener =
        new MigrationListener() {
          @Override
          public void notice(String severity, String message) {
            heard.add(severity + ": " + message);
          }
        };
    Migrator migrator =
        new Migrator(db.dataSource(), project.set(), MigratorOptions.DEFAULT, listener);
    migrator.migrate();
    migrator.revert(migrator.planRevert(1));
    assertThat(heard)
        .containsExactly(
            "NOTE: V3__nothing.sql holds no statement", "NOTE: U3__nothing.sql holds no statement");
  }

  @Test
  void aRoleThatAMigrationTakesEndsWithIt(ScratchDatabase db) throws Exception {
    project
        .with("V3__role.sql", "GRANT CREATE ON SCHEMA public TO pg_monitor; SET ROLE pg_monitor;")
        .with("V4__look.sql", "CREATE TABLE seen AS SELECT current_user::text AS who;");
    project.migrator(db).migrate();
    assertThat(Sql.rows(db, "SELECT who = current_user FROM seen")).containsExactly("t");
    assertThat(
            Sql.rows(db, "SELECT DISTINCT installed_by = current_user FROM flyway_schema_history"))
        .containsExactly("t");
  }

  @Test
  void aConstraintThatFailsAtTheCommitLeavesNothing(ScratchDatabase db) throws Exception {
    project.with(
        "V3__late.sql",
        "CREATE TABLE late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);"
            + " INSERT INTO late VALUES (1), (1);");
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(() -> project.migrator(db).migrate())
        .withMessageContaining("V3__late.sql: ")
        .withMessageContaining("23505");
    assertThat(Sql.rows(db, "SELECT to_regclass('late')")).containsExactly("null");
    assertThat(project.migrator(db).status().currentVersion()).contains("2");
  }
}
