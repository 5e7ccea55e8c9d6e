package dev.gatewaydb.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.schema.GatewaySchema;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ScratchPostgres.class)
final class DriftCheckTest {
  private static final MigrationSet GATEWAY =
      MigrationSet.onClassPath(
          GatewaySchema.class.getClassLoader(), GatewaySchema.migrationsLocation());
  private static final Ownership SHARED =
      new Ownership(
          Optional.empty(),
          List.of(
              new ExternalTable("user", List.of("id")), new ExternalTable("project", List.of())));

  private final ScratchServer server;

  @TempDir private Path folder;
  private Project project = new Project(Path.of(""));

  DriftCheckTest(ScratchServer server) {
    this.server = server;
  }

  @BeforeEach
  void files() {
    project =
        new Project(folder)
            .with("V1__one.sql", "CREATE TABLE one (id int PRIMARY KEY, name text DEFAULT 'x');")
            .with("V2__two.sql", "CREATE TABLE two (id int); GRANT SELECT ON two TO PUBLIC;")
            .with("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT id FROM one;");
  }

  private DriftReport drift(
      ScratchDatabase live, MigrationSet set, Ownership ownership, String... ignored)
      throws SQLException {
    return new DriftCheck(
            live.dataSource(), set, MigratorOptions.DEFAULT, ownership, List.of(ignored))
        .run(server);
  }

  private DriftReport drift(ScratchDatabase live, String... ignored) throws SQLException {
    return drift(live, project.set(), Ownership.ALL, ignored);
  }

  private static List<String> lines(DriftReport report) {
    return report.drift().stream()
        .map(d -> d.toText("migrations", "database").lines().findFirst().orElse(""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE one ALTER name SET DEFAULT 'y'   | ~ column public.one.name: default differs
          ALTER TABLE one DROP COLUMN name             | - column public.one.name: only in migrations
          CREATE INDEX i ON one (name)                 | + index public.one.i: only in database
          CREATE TABLE rogue (id serial)               | + table public.rogue: only in database
          CREATE SCHEMA s; CREATE TABLE s.t ()         | + schema s: only in database
          DROP TABLE two                               | - table public.two: only in migrations
          DROP VIEW v                                  | - view public.v: only in migrations
          REVOKE SELECT ON two FROM PUBLIC             | ~ table public.two: privileges differs
          GRANT INSERT ON one TO PUBLIC                | ~ table public.one: privileges differs
          COMMENT ON TABLE one IS 'mine'               | ~ table public.one: comment differs
          """)
  void isFound(String change, String line, ScratchDatabase live) throws SQLException {
    project.migrator(live).migrate();
    Sql.execute(live, change);
    assertThat(lines(drift(live))).containsExactly(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "ALTER TABLE two OWNER TO pg_monitor",
        "GRANT SELECT ON one TO pg_monitor",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor",
        "CREATE EXTENSION pgcrypto",
        "ALTER TABLE one RENAME CONSTRAINT one_pkey TO one_pkey1",
        "ALTER TABLE one DROP COLUMN id CASCADE; ALTER TABLE one ADD id int PRIMARY KEY;"
            + " CREATE VIEW v AS SELECT id FROM one",
      })
  void whatDoesNotMatterIsNone(String change, ScratchDatabase live) throws SQLException {
    project.migrator(live).migrate();
    Sql.execute(live, change);
    assertThat(lines(drift(live))).isEmpty();
  }

  @Test
  void comparesWithExactlyWhatIsApplied(ScratchDatabase live) throws SQLException {
    project.migrator(live).migrateTo("1");
    assertThat(drift(live)).satisfies(r -> assertThat(r.version()).contains("1"));
    assertThat(lines(drift(live))).isEmpty();
    // With a gap: 3 is applied, 2 isn't.
    project.without("V2__two.sql").with("V3__three.sql", "CREATE TABLE three ();");
    project.migrator(live).migrate();
    project.with("V2__two.sql", "CREATE TABLE two ();");
    assertThat(lines(drift(live))).isEmpty();
    Sql.execute(live, "CREATE TABLE two ()");
    assertThat(lines(drift(live))).containsExactly("+ table public.two: only in database");
  }

  @Test
  void patternsLeaveOut(ScratchDatabase live) throws SQLException {
    project.migrator(live).migrate();
    Sql.execute(
        live,
        "CREATE TABLE tmp_1 (); CREATE INDEX i ON one (name); COMMENT ON TABLE one IS 'mine';"
            + " ALTER TABLE two ADD b int");
    DriftReport report = drift(live, "public.tmp_?", "index *", "*: comment");
    assertThat(lines(report)).containsExactly("+ column public.two.b: only in database");
    assertThat(report.ignored()).isEqualTo(3);
    assertThat(lines(drift(live, "table public.tmp_1", "public.one", "public.two"))).isEmpty();
    assertThatThrownBy(() -> drift(live, " ")).hasMessageContaining("empty");
  }

  @Test
  void tablesOfOthersAreNone(ScratchDatabase live) throws SQLException {
    project.migrator(live).migrate();
    Sql.execute(
        live,
        "CREATE TYPE mood AS ENUM ('x'); CREATE TABLE theirs (id serial PRIMARY KEY, m mood);"
            + " CREATE VIEW theirs_too AS SELECT id FROM theirs; CREATE INDEX ours ON one (name)");
    Ownership named =
        new Ownership(Optional.empty(), List.of(new ExternalTable("theirs", List.of())));
    assertThat(lines(drift(live, project.set(), named)))
        .containsExactly("+ index public.one.ours: only in database");
    Ownership owned = new Ownership(Optional.of(List.of("one", "two", "rogue")), List.of());
    Sql.execute(live, "CREATE TABLE rogue ()");
    DriftReport report = drift(live, project.set(), owned);
    assertThat(lines(report))
        .containsExactlyInAnyOrder(
            "+ index public.one.ours: only in database", "+ table public.rogue: only in database");
    assertThat(report.external()).extracting(id -> id.name()).contains("public.theirs");
  }

  @Test
  void theKeyToTheDashboardsUsersIsNone(@Migrated ScratchDatabase live) throws SQLException {
    assertThat(lines(drift(live, GATEWAY, SHARED))).isEmpty();
    Sql.execute(
        live,
        "CREATE TABLE \"user\" (id uuid PRIMARY KEY, email text UNIQUE);"
            + " CREATE TABLE project (id serial, owner uuid REFERENCES \"user\")");
    assertThat(lines(drift(live, GATEWAY, SHARED)))
        .containsExactly("- constraint public.api_keys.api_keys_user_id_fkey: only in migrations");
    new Migrator(live.dataSource(), GATEWAY).migrate();
    assertThat(lines(drift(live, GATEWAY, SHARED))).isEmpty();

    Sql.execute(
        live,
        "ALTER TABLE api_keys DROP CONSTRAINT api_keys_user_id_fkey, ADD CONSTRAINT"
            + " api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES \"user\" ON DELETE CASCADE"
            + " NOT VALID");
    assertThat(lines(drift(live, GATEWAY, SHARED))).isEmpty();
    Sql.execute(
        live,
        "ALTER TABLE api_keys DROP CONSTRAINT api_keys_user_id_fkey, ADD CONSTRAINT"
            + " api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES \"user\"");
    assertThat(lines(drift(live, GATEWAY, SHARED)))
        .containsExactly("~ constraint public.api_keys.api_keys_user_id_fkey: definition differs");
  }

  @Test
  void refusesWithoutTheFilesOfWhatIsApplied(ScratchDatabase live) {
    project.migrator(live).migrate();
    project.without("V1__one.sql");
    assertThatThrownBy(() -> drift(live))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("V1__one.sql");
  }

  @Test
  void saysWhatMakesItUncertain(ScratchDatabase live) throws SQLException {
    project.migrator(live).migrate();
    project.with("V2__two.sql", "CREATE TABLE two (id bigint); GRANT SELECT ON two TO PUBLIC;");
    DriftReport report = drift(live);
    assertThat(report.notes()).singleElement().asString().startsWith("V2__two.sql was edited");
    assertThat(lines(report)).containsExactly("~ column public.two.id: type differs");
  }
}
