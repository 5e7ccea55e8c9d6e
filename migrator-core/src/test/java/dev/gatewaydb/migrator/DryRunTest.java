package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a migrate would do, with nothing left of it. */
@ExtendWith(ScratchPostgres.class)
final class DryRunTest {
  @TempDir private Path folder;

  private static List<String> everything(ScratchDatabase db) throws Exception {
    return Sql.rows(
        db,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION ALL"
            + " SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace ORDER BY 1");
  }

  private static ScratchServer none() {
    throw new AssertionError("no scratch server is needed");
  }

  private static ScratchServer own() {
    String home = System.getProperty("user.home");
    return ScratchServer.embedded(
        Path.of(System.getProperty("gwdb.test.cache", home + "/.cache/gwdb")));
  }

  @Test
  void leavesNothing(ScratchDatabase db) throws Exception {
    Project project =
        new Project(folder)
            .with("V1__a.sql", "CREATE TABLE a (id int); INSERT INTO a VALUES (1);")
            .with("V2__b.sql", "SET LOCAL search_path = public; CREATE TABLE b AS TABLE a;")
            .with("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT 1;");
    DryRunReport dry = project.migrator(db).dryRun(Optional.empty(), DryRunTest::none);
    assertThat(dry.onScratch()).isFalse();
    assertThat(dry.report().applied()).hasSize(3);
    assertThat(dry.report().toVersion()).contains("2");
    assertThat(everything(db)).isEmpty();

    assertThat(project.migrator(db).dryRun(Optional.of("1"), DryRunTest::none).report().applied())
        .hasSize(1);
    assertThat(everything(db)).isEmpty();
    assertThat(project.migrator(db).migrate().applied()).hasSize(3);
    assertThat(project.migrator(db).dryRun(Optional.empty(), DryRunTest::none).report().applied())
        .isEmpty();
  }

  @Test
  void saysWhatWouldFail(ScratchDatabase db) throws Exception {
    Project project =
        new Project(folder)
            .with("V1__a.sql", "CREATE TABLE a (id int);")
            .with("V2__b.sql", "SELECT 1;\nDROP TABLE nowhere;");
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(() -> project.migrator(db).dryRun(Optional.empty(), DryRunTest::none))
        .withMessageContaining("V2__b.sql:2");
    assertThat(everything(db)).isEmpty();
  }

  @Test
  void checksWhatACommitWouldCheck(ScratchDatabase db) throws Exception {
    String table =
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int CONSTRAINT c_p REFERENCES p"
            + " INITIALLY DEFERRED);";
    Project project =
        new Project(folder)
            .with("V1__a.sql", table)
            .with("V2__b.sql", "INSERT INTO c VALUES (1); INSERT INTO p VALUES (1);")
            .with("V3__c.sql", "ALTER TABLE c ADD COLUMN more int;")
            .with("V4__d.sql", "INSERT INTO c VALUES (2); INSERT INTO p VALUES (2);");
    assertThat(project.migrator(db).dryRun(Optional.empty(), DryRunTest::none).report().applied())
        .hasSize(4);

    project.with("V5__e.sql", "INSERT INTO c VALUES (5);");
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(() -> project.migrator(db).dryRun(Optional.empty(), DryRunTest::none))
        .withMessageContaining("c_p");
    assertThat(everything(db)).isEmpty();
  }

  @Test
  void usesANewEnumValueOnScratch(ScratchDatabase db) throws Exception {
    Project project =
        new Project(folder)
            .with("V1__e.sql", "CREATE TYPE e AS ENUM ('x'); CREATE TABLE t (e e);")
            .with("V2__add.sql", "ALTER TYPE e ADD VALUE 'y';")
            .with("V3__use.sql", "INSERT INTO t VALUES ('y');");
    project.migrator(db).migrateTo("1");
    List<String> before = everything(db);
    DryRunReport dry = project.migrator(db).dryRun(Optional.empty(), DryRunTest::own);

    assertThat(dry.onScratch()).isTrue();
    assertThat(dry.report().applied())
        .extracting(MigrateReport.Applied::version)
        .containsExactly(Optional.of("2"), Optional.of("3"));
    assertThat(everything(db)).isEqualTo(before);
    assertThat(project.migrator(db).status().currentVersion()).contains("1");
  }

  @Test
  void runsConcurrentlyOnScratchAndTellsOnlyOfWhatIsPending(ScratchDatabase db) throws Exception {
    Project project =
        new Project(folder)
            .with("V1__t.sql", "CREATE TABLE t (id int);")
            .with("V2__i.sql", "CREATE INDEX CONCURRENTLY i ON t (id);");
    project.migrator(db).migrateTo("1");
    List<String> before = everything(db);
    List<String> told = new ArrayList<>();
    MigrationListener listener =
        new MigrationListener() {
          @Override
          public void started(String script) {
            told.add(script);
          }
        };
    DryRunReport dry =
        new Migrator(db.dataSource(), project.set(), MigratorOptions.DEFAULT, listener)
            .dryRun(Optional.empty(), DryRunTest::own);
    assertThat(dry.onScratch()).isTrue();
    assertThat(dry.report().applied()).hasSize(1);
    assertThat(told).containsExactly("V2__i.sql");
    assertThat(everything(db)).isEqualTo(before);
  }
}
