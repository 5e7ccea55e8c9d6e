package dev.gatewaydb.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.check.CheckFinding.Check;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.schema.GatewaySchema;
import dev.gatewaydb.testing.Project;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ScratchPostgres.class)
final class RoundTripTest {
  private static final String BASE =
      "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (a int DEFAULT 1, b text);"
          + " COMMENT ON COLUMN t.a IS 'first'; CREATE INDEX t_b ON t (b);";

  private final ScratchServer server;

  @TempDir private Path folder;
  private Project project = new Project(Path.of(""));

  RoundTripTest(ScratchServer server) {
    this.server = server;
  }

  @BeforeEach
  void start() {
    project = new Project(folder);
  }

  private List<CheckFinding> run(MigrationSet set) throws SQLException {
    return new RoundTrip(set, MigratorOptions.DEFAULT, server, done -> {}).run();
  }

  private List<CheckFinding> run() throws SQLException {
    return run(project.set());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CREATE INDEX i ON t (a)                    | SELECT 1                    | + index public.t.i: only in after U2__two.sql
          CREATE TABLE u (id int)                    | ALTER TABLE u RENAME TO v   | + table public.v: only in after U2__two.sql
          ALTER TYPE e ADD VALUE 'b'                 | SELECT 1                    | ~ enum public.e: labels differs
          COMMENT ON COLUMN t.a IS 'other'           | COMMENT ON COLUMN t.a IS NULL | before V2__two.sql: first
          ALTER TABLE t ALTER a SET DEFAULT 2        | ALTER TABLE t ALTER a DROP DEFAULT | ~ column public.t.a: default differs
          DROP INDEX t_b                             | SELECT 1                    | - index public.t.t_b: only in before V2__two.sql
          ALTER TABLE t ALTER b TYPE varchar(9)      | ALTER TABLE t ALTER b TYPE varchar | ~ column public.t.b: type differs
          CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1 | SELECT 1         | + function public.f(): only in after U2__two.sql
          GRANT SELECT ON t TO PUBLIC                | SELECT 1                    | ~ table public.t: privileges differs
          """)
  void aDownThatLeavesOrLosesSomethingIsNamed(String up, String down, String detail)
      throws SQLException {
    project.with("V1__one.sql", BASE).with("V2__two.sql", up + ";").with("U2__two.sql", down + ";");

    List<CheckFinding> findings = run();
    assertThat(findings)
        .first()
        .satisfies(
            finding -> {
              assertThat(finding.check()).isEqualTo(Check.ROUND_TRIP);
              assertThat(finding.level()).isEqualTo(CheckFinding.Level.ERROR);
              assertThat(finding.file()).isEqualTo("U2__two.sql");
              assertThat(finding.message()).startsWith("does not exactly reverse V2__two.sql: 1 ");
              assertThat(finding.detail()).contains(detail);
              assertThat(finding.differences()).hasSize(1);
            });
  }

  @Test
  void exactOnesPass() throws SQLException {
    project
        .with("V1__one.sql", BASE)
        .with(
            "V2__two.sql",
            "ALTER TABLE t DROP COLUMN a; DROP INDEX t_b; ALTER TABLE t ADD CHECK (b <> '');")
        .with(
            "U2__two.sql",
            "ALTER TABLE t DROP CONSTRAINT t_b_check; ALTER TABLE t ADD COLUMN a int DEFAULT 1;"
                + " COMMENT ON COLUMN t.a IS 'first'; CREATE INDEX t_b ON t (b);")
        .with("V3__three.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY c ON t (b);")
        .with("U3__three.sql", "-- no-transaction\nDROP INDEX CONCURRENTLY c;")
        .with("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;")
        .with("afterMigrate.sql", "CREATE TABLE IF NOT EXISTS callback ();");

    assertThat(run()).isEmpty();
  }

  @Test
  void theGatewaysOwnPass() throws SQLException {
    MigrationSet own =
        MigrationSet.onClassPath(
            GatewaySchema.class.getClassLoader(), GatewaySchema.migrationsLocation());
    List<Integer> steps = new ArrayList<>();
    assertThat(new RoundTrip(own, MigratorOptions.DEFAULT, server, steps::add).run()).isEmpty();
    assertThat(steps).contains(own.migrations().size()).isSorted();
  }

  @Test
  void aMigrationThatFailsEndsTheWalk() throws SQLException {
    project
        .with("V1__one.sql", BASE)
        .with("V2__two.sql", "CREATE TABLE u ();\n\nALTER TABLE nowhere ADD a int;")
        .with("U2__two.sql", "DROP TABLE u;")
        .with("V3__three.sql", "CREATE TABLE x ();");

    assertThat(run())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.check()).isEqualTo(Check.RUN);
              assertThat(finding.file()).isEqualTo("V2__two.sql");
              assertThat(finding.line()).isEqualTo(3);
              assertThat(finding.message())
                  .startsWith("fails: relation \"nowhere\" does not exist");
              assertThat(finding.detail()).contains("ALTER TABLE nowhere");
            });
  }

  @Test
  void aDownThatFailsIsNamedAndTheOthersAreLookedAt() throws SQLException {
    project
        .with("V1__one.sql", BASE)
        .with("V2__two.sql", "CREATE TABLE u ();")
        .with("U2__two.sql", "DROP TABLE uu;")
        .with("V3__three.sql", "CREATE TABLE x ();")
        .with("U3__three.sql", "SELECT 1;");

    assertThat(run()).extracting(CheckFinding::file).startsWith("U2__two.sql", "U3__three.sql");
  }

  @Test
  void anUpThatCannotRunTwiceIsNamed() throws SQLException {
    project
        .with("V1__one.sql", "CREATE SCHEMA s;")
        .with("U1__one.sql", "ALTER SCHEMA s RENAME TO t; DROP SCHEMA t;")
        .with("V2__two.sql", "CREATE TABLE IF NOT EXISTS u (a int);")
        .with("U2__two.sql", "DROP TABLE u; CREATE TABLE u ();");

    assertThat(run())
        .first()
        .satisfies(
            finding -> assertThat(finding.message()).startsWith("does not exactly reverse V2"));
  }

  @Test
  void whatNeedsARepeatableMigrationToBeGoneIsFoundInTheWholeSet() throws SQLException {
    project
        .with("V1__one.sql", "CREATE TABLE t (a int);")
        .with("V2__two.sql", "ALTER TABLE t ADD COLUMN b int;")
        .with("U2__two.sql", "ALTER TABLE t DROP COLUMN b;")
        .with("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT a, b FROM t;");

    assertThat(run())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.file()).isEqualTo("U2__two.sql");
              assertThat(finding.message())
                  .startsWith("all 1 down scripts together, with everything applied: ")
                  .contains("other objects depend on it");
            });
  }

  @Test
  void ofManyOnlyTheWrongOnesAreNamed() throws SQLException {
    for (int i = 1; i <= 12; i++) {
      project
          .with("V%d__n.sql".formatted(i), "CREATE TABLE n%d (id int PRIMARY KEY);".formatted(i))
          .with(
              "U%d__n.sql".formatted(i),
              i == 7
                  ? "DROP TABLE n7; CREATE VIEW left_behind AS SELECT 1 AS a;"
                  : "DROP TABLE n%d;".formatted(i));
    }
    assertThat(run())
        .filteredOn(finding -> finding.message().startsWith("does not exactly"))
        .extracting(CheckFinding::file)
        .containsExactly("U7__n.sql");
  }
}
