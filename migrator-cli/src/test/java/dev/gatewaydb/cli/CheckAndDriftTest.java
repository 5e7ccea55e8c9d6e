package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** check and drift by exit code and output; what they find is tested where they look for it. */
@ExtendWith(ScratchPostgres.class)
final class CheckAndDriftTest {
  /** Surefire's working directory is the module's. */
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  private final ScratchDatabase server;

  @TempDir private Path folder;

  /**
   * @param server any database of the server that makes scratch databases
   */
  CheckAndDriftTest(ScratchDatabase server) {
    this.server = server;
  }

  @BeforeEach
  void project() throws IOException {
    Files.writeString(
        folder.resolve("gwdb.toml"), "[migrations]\ndirectory = \"sql\"\nlayout = \"flyway\"\n");
    file("V1__one.sql", "CREATE TABLE one (id int);\n");
    file("V2__two.sql", "CREATE TABLE two (id int);\n");
    file("U2__two.sql", "DROP TABLE two;\n");
  }

  private Project in(Path where) {
    return Project.in(where).with("GWDB_SCRATCH", server.settings().uri());
  }

  private void file(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve("sql"));
    Files.writeString(folder.resolve("sql").resolve(name), text);
  }

  private static void execute(ScratchDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("git", "-C", folder.toString(), "-c", "user.name=t", "-c", "user.email=t@t"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @Test
  void theBuiltInMigrationsPass(@TempDir Path empty) {
    Result result = in(empty).run(Optional.of(CHECKOUT), "check").exits(0);
    assertThat(result.out().lines())
        .hasSize(2)
        .first()
        .asString()
        .contains("5 can't be reverted")
        .contains("20260220100000");
    assertThat(result.out()).contains(" with a way back: no problem found");
  }

  @Test
  void aLayoutThatFitsNoFileIsNoEmptyProject() throws IOException {
    Files.writeString(
        folder.resolve("gwdb.toml"),
        "[migrations]\ndirectory = \"plain\"\nlayout = \"golang-migrate\"\n");
    Path plain = Files.createDirectories(folder.resolve("plain"));
    for (int i = 1; i < 8; i++) {
      Files.writeString(plain.resolve("000%d_a.sql".formatted(i)), "SELECT 1;");
    }
    assertThat(in(folder).run("check").exits(1).out())
        .contains("error: plain/0001_a.sql: looks like a migration and is never run");
    assertThat(in(folder).with(server).run("status").exits(0).err())
        .contains("0001_a.sql and 6 more look like migrations", "'golang-migrate'", "gwdb check");
  }

  @Test
  void whatIsWrongIsNamedWithItsFile() throws IOException {
    file("U2__two.sql", "ALTER TABLE two RENAME TO left_over;\n");
    file("3_three.sql", "SELECT 1;\n");
    Result text = in(folder).run("check").exits(1);
    assertThat(text.out())
        .contains("error: sql/3_three.sql: looks like a migration and is never run")
        .contains("error: sql/U2__two.sql: does not exactly reverse V2__two.sql: 1 left behind\n")
        .contains("  + table public.left_over: only in after U2__two.sql\n")
        .endsWith("2 migrations, 1 with a way back: 2 errors, 0 warnings\n");

    JsonNode json = in(folder).run("check", "--json").exits(1).json();
    assertThat(json.get("errors").asInt()).isEqualTo(2);
    assertThat(json.get("simple").get(0).asText()).isEqualTo("1");
    JsonNode finding = json.get("findings").get(1);
    assertThat(finding.get("check").asText()).isEqualTo("round-trip");
    assertThat(finding.get("file").asText()).isEqualTo("sql/U2__two.sql");
    assertThat(finding.get("line").isNull()).isTrue();
    assertThat(finding.get("differences").get(0).get("change").asText()).isEqualTo("extra");

    Path below = Files.createDirectories(folder.resolve("a"));
    Result github =
        in(folder)
            .at(below)
            .with("GITHUB_WORKSPACE", folder.toString())
            .run("check", "--format", "github")
            .exits(1);
    assertThat(github.out().lines())
        .allMatch(line -> line.startsWith("::error file=sql/"))
        .anyMatch(
            line ->
                line.startsWith(
                    "::error file=sql/U2__two.sql,line=1,title=gwdb check%3A round-trip::does not"
                        + " exactly reverse V2__two.sql: 1 left behind%0A+ table"));
  }

  @Test
  void failingScriptsAreNamedWithTheirLine() throws IOException {
    file("V2__two.sql", "CREATE TABLE two ();\nSELECT 100 % 0;\n");
    Result github = in(folder).run("check", "--format", "github").exits(1);
    assertThat(github.out())
        .startsWith("::error file=sql/V2__two.sql,line=2,title=gwdb check%3A run::fails: ")
        .contains("100 %25 0");
    assertThat(github.err()).contains("--scratch");
    assertThat(in(folder).run("check", "--no-round-trip").exits(0).out())
        .contains("not tried: no problem found");
  }

  @Test
  void wrongNamesAreFindings() throws IOException {
    file("v3__three.sql", "SELECT 1;\n");
    Result result = in(folder).run("check").exits(1);
    assertThat(result.out())
        .contains("error: sql/v3__three.sql: name must look like")
        .endsWith("1 error, 0 warnings; nothing else was looked at\n");
    Files.writeString(folder.resolve("gwdb.toml"), "[migrations]\ndirectory = \"nowhere\"\n");
    in(folder).run("check").exits(2);
    in(folder).run("check", "--format", "xml").exits(2);
  }

  @Test
  void whatWasReleasedStays() throws Exception {
    assertThat(in(folder).run("check", "--no-round-trip", "--since", "main").exits(2).err())
        .contains("not a git repository");
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("-c", "commit.gpgsign=false", "commit", "--quiet", "-m", "x");
    in(folder).run("check", "--no-round-trip", "--since", "main").exits(0);
    file("V1__one.sql", "CREATE TABLE one (id bigint);\n");
    assertThat(in(folder).run("check", "--no-round-trip", "--since", "main").exits(1).out())
        .contains("error: sql/V1__one.sql: was edited since main, and may be applied already\n")
        .contains("  Restore it ('git checkout main -- ");
    assertThat(in(folder).run("check", "--no-round-trip", "--since", "origin/main").exits(2).err())
        .contains("git fetch");
  }

  @Test
  void theBuiltInSchemaHasNoDrift(@Migrated ScratchDatabase database, @TempDir Path empty)
      throws SQLException {
    Project project = in(empty).with(database);
    execute(
        database,
        "CREATE TABLE \"user\" (id uuid PRIMARY KEY); CREATE TABLE project (id serial PRIMARY KEY)");
    project.run("migrate").exits(0);
    Result result = project.run("drift").exits(0);
    assertThat(result.out())
        .startsWith("no drift: the database is like the migrations at version 2026");
    execute(database, "CREATE TABLE rogue (); ALTER TABLE api_keys ALTER name DROP NOT NULL");
    assertThat(project.run("drift").exits(1).out())
        .contains("+ table public.rogue: only in database\n")
        .contains("~ column public.api_keys.name: not null differs\n    migrations: yes\n")
        .contains("2 differences from the migrations at version 2026")
        .contains("1 extra there, 1 changed");
  }

  @Test
  void driftForMachines(ScratchDatabase database) throws SQLException {
    Project project = in(folder).with(database);
    project.run("migrate").exits(0);
    execute(database, "CREATE TABLE tmp_1 (); ALTER TABLE one ADD b int");
    JsonNode json = project.run("drift", "--json", "--ignore", "public.tmp_*").exits(1).json();
    assertThat(json.get("drift").asBoolean()).isTrue();
    assertThat(json.get("version").asText()).isEqualTo("2");
    assertThat(json.get("ignored").asInt()).isEqualTo(1);
    JsonNode only = json.get("differences").get(0);
    assertThat(only.get("kind").asText()).isEqualTo("column");
    assertThat(only.get("name").asText()).isEqualTo("public.one.b");
    assertThat(only.get("severity").asText()).isEqualTo("breaking");
    project.run("drift", "--ignore", "public.tmp_*", "--ignore", "public.one").exits(0);
    project.run("drift", "--ignore", "").exits(2);
    project.with("DATABASE_URL", "postgres://nobody@127.0.0.1:1/x").run("drift").exits(3);
  }

  @Test
  void ownedTablesAreComparedAlone(ScratchDatabase database) throws Exception {
    Files.writeString(
        folder.resolve("gwdb.toml"),
        "[migrations]\ndirectory = \"sql\"\nlayout = \"flyway\"\n[tables]\nowned = [\"one\", \"two\"]\n");
    Project project = in(folder).with(database);
    project.run("migrate").exits(0);
    execute(database, "CREATE TABLE theirs (id serial)");
    assertThat(project.run("drift").exits(0).out()).contains("objects of others");
    execute(database, "CREATE INDEX i ON one (id)");
    assertThat(project.run("drift").exits(1).out()).contains("+ index public.one.i");
  }
}
