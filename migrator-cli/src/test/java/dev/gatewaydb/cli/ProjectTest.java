package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A project with migrations of its own, named in its gwdb.toml. */
@ExtendWith(ScratchPostgres.class)
final class ProjectTest {
  private static final String ONE = "20260101000000";

  @TempDir private Path folder;

  private Project project(String toml) throws IOException {
    Files.writeString(folder.resolve("gwdb.toml"), toml);
    Files.createDirectories(folder.resolve("sql"));
    return Project.in(folder);
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("sql")).resolve(name), text);
  }

  private static JsonNode setting(Result shown, String name) {
    for (JsonNode setting : shown.json().get("settings")) {
      if (setting.get("name").asText().equals(name)) {
        return setting;
      }
    }
    throw new AssertionError("no setting " + name + " in " + shown.out());
  }

  @Test
  void servesItsMigrationsEverywhere(ScratchDatabase database) throws IOException {
    Project project =
        project(
                """
                [migrations]
                directory = "sql"
                history_schema = "ours"
                history_table = "history"
                """)
            .with(database)
            .with("GWDB_SCRATCH", database.settings().uri());
    file("V%s__one.sql".formatted(ONE), "CREATE TABLE public.one (id int);");
    file("U%s__one.sql".formatted(ONE), "DROP TABLE public.one;");
    Project below = project.at(Files.createDirectories(folder.resolve("a/b")));

    assertThat(below.run("migrate").exits(0).out()).startsWith("1 applied, 0 pending");
    assertThat(project.run("status").exits(0).out()).contains("version " + ONE);
    assertThat(project.run("doctor").exits(0).out()).contains("0 pending; at version " + ONE);
    for (String written : project.run("new", "add_two").exits(0).out().lines().toList()) {
      assertThat(written).startsWith("sql/").endsWith("__add_two.sql");
      Files.delete(folder.resolve(written));
    }
    assertThat(project.run("force", "0", "--reason", "test").exits(0).out()).contains("1 history");
    project.run("force", ONE, "--reason", "test").exits(0);
    assertThat(project.run("revert", "--yes", "--accept-loss", "one").exits(0).out())
        .startsWith("1 reverted");
    assertThat(project.run("goto", ONE).exits(0).out()).startsWith("1 applied");
    assertThat(project.run("migrate", "--dry-run").exits(0).out()).contains("0 would be applied");
    assertThat(project.run("prepare", "--out", "x").exits(2).err()).contains("built-in schema");
    assertThat(project.with("PGOPTIONS", "-csearch_path=ours").run("repair").exits(0).out())
        .startsWith("0 entries");
  }

  @Test
  void wrongSettingsStopEveryCommandBeforeItStarts(ScratchDatabase database) throws IOException {
    Project project =
        project("[migrations]\ndirektory = \"sql\"\nlayout = 3\n")
            .dotEnv("broken line\n")
            .with(database);
    Result result = project.run("migrate").exits(2);
    assertThat(result.errors())
        .hasSize(3)
        .anyMatch(e -> e.endsWith("unknown key migrations.direktory; did you mean directory?"))
        .anyMatch(e -> e.endsWith("migrations.layout is a number; it must be a string"))
        .anyMatch(e -> e.contains(".env: line 1"));
    for (String command : new String[] {"status", "new x", "local-dev", "config show", "goto 0"}) {
      assertThat(project.run(command.split(" ")).exits(2).err()).contains("direktory");
    }
    assertThat(folder.resolve(".gwdb/postgres")).doesNotExist();
  }

  @Test
  void aMissingFolderIsNamed() throws IOException {
    Project project =
        project("[migrations]\ndirectory = \"nowhere\"\n")
            .with("DATABASE_URL", "postgres://a@127.0.0.1:1/d");
    assertThat(project.run("migrate").exits(2).err())
        .contains(folder.resolve("nowhere").toString());
  }

  @Test
  void showsWhereEachSettingCameFrom(ScratchDatabase database) throws IOException {
    Project project =
        project(
                """
                [migrations]
                directory = "sql/../sql"
                [database]
                url = "postgres://app@db.example/app"
                [tables]
                owned = ["one", "two"]
                """)
            .dotEnv("DB_MAX_OPEN_CONNS=7\n")
            .with("PGPASSWORD", "s3cr3t");
    Result shown = project.run("config", "show", "--json").exits(0);
    assertThat(setting(shown, "database.url").get("value").asText())
        .isEqualTo("postgres://app:***@db.example:5432/app");
    assertThat(setting(shown, "database.url").get("source").asText()).isEqualTo("gwdb.toml");
    assertThat(setting(shown, "migrations.directory").get("value").asText())
        .isEqualTo(folder.resolve("sql").toString());
    assertThat(setting(shown, "migrations.history_table").get("source").asText())
        .isEqualTo("default");
    assertThat(setting(shown, "tables.owned").get("value").asText()).isEqualTo("one, two");
    assertThat(setting(shown, "scratch.server").get("value").asText()).isEqualTo("embedded");
    assertThat(setting(shown, "DB_MAX_OPEN_CONNS").get("source").asText()).isEqualTo(".env");
    assertThat(setting(shown, "DB_MAX_OPEN_CONNS").get("where").asText())
        .endsWith("in " + folder.resolve(".env"));
    assertThat(setting(shown, "PGPASSWORD").get("value").asText()).isEqualTo("***");
    assertThat(shown.json().get("projectFile").asText()).endsWith("gwdb.toml");

    Result others =
        project
            .with(database)
            .run("config", "show", "--json", "--scratch", "postgres://a@127.0.0.1/x");
    assertThat(setting(others, "database.url").get("where").asText()).isEqualTo("DATABASE_URL");
    assertThat(setting(others, "scratch.server").get("source").asText()).isEqualTo("flag");
    Result container =
        project.run("config", "show", "--json", "--scratch", "docker:postgres:15").exits(0);
    assertThat(setting(container, "scratch.server").get("value").asText())
        .isEqualTo("docker:postgres:15");
    Result flag =
        project.run("config", "show", "--json", "--database-url", "postgres://b@127.0.0.1/y");
    assertThat(setting(flag, "database.url").get("source").asText()).isEqualTo("flag");
    String text = project.run("config", "show").exits(0).out();
    assertThat(text).contains("gwdb.toml: ").doesNotContain("s3cr3t");
  }

  /** The page's last column, where it is one value and nothing else. */
  @Test
  void showsTheDefaultsThatThePageNames() throws IOException {
    Result shown = Project.in(folder).run("config", "show", "--json").exits(0);
    Pattern row = Pattern.compile("(?m)^\\| `([a-z_.]+)` \\|.*\\| `([^`]+)` \\|$");
    Matcher rows = row.matcher(Files.readString(Path.of("..", "docs", "configuration.md")));
    int found = 0;
    for (; rows.find(); found++) {
      assertThat(setting(shown, rows.group(1)).get("value").asText())
          .as(rows.group(1))
          .isEqualTo(rows.group(2));
    }
    assertThat(found).isGreaterThan(20);
  }

  @Test
  void showsThatNothingIsSet() {
    Result shown = Project.in(folder).run("config", "show", "--json").exits(0);
    assertThat(setting(shown, "database.url").get("value").isNull()).isTrue();
    assertThat(setting(shown, "database.url").get("source").asText()).isEqualTo("default");
  }

  @Test
  void takesScratchDatabasesFromAGivenServer(ScratchDatabase database) throws IOException {
    Project project = project("[migrations]\ndirectory = \"sql\"\n").with(database);
    file("V1__one.sql", "CREATE TYPE e AS ENUM ('a');");
    file("V2__two.sql", "-- no-transaction\nALTER TYPE e ADD VALUE 'b';");
    Result dry =
        project
            .with("PGPASSWORD", database.settings().password().map(p -> p.reveal()).orElse("x"))
            .run("migrate", "--dry-run", "--scratch", withoutPassword(database))
            .exits(0);
    assertThat(dry.err()).contains("scratch database");
    assertThat(project.run("migrate", "--dry-run", "--scratch", "podman").exits(2).err())
        .contains("--scratch must be 'embedded', 'docker', 'docker:IMAGE' or a URL");
    assertThat(project.run("migrate", "--dry-run", "--scratch", "docker:No Image").exits(2).err())
        .contains("'No Image' is no name of an image");
    assertThat(
            project
                .run("migrate", "--dry-run", "--scratch", "postgres://a:s3cr3t@127.0.0.1:1/x")
                .exits(2)
                .err())
        .contains("holds a password")
        .doesNotContain("s3cr3t");
    assertThat(
            project.run("migrate", "--dry-run", "--scratch", "postgres://a@127.0.0.1:1/x").code())
        .isEqualTo(3);
  }

  @Test
  void servesTheFilesOfGolangMigrate(ScratchDatabase database) throws IOException {
    Project project =
        project("[migrations]\ndirectory = \"sql\"\n")
            .with(database)
            .with("GWDB_SCRATCH", database.settings().uri());
    file("000001_one.up.sql", "BEGIN;\nCREATE TABLE one (id int);\nCOMMIT;\n");
    file("000001_one.down.sql", "DROP TABLE one;\n");
    file("000002_two.up.sql", "CREATE TABLE two (id int);\n");
    file("000002_two.down.sql", "DROP TABLE two;\n");

    assertThat(project.run("migrate").exits(0).out())
        .startsWith("2 applied, 0 pending; the database is at version 000002");
    assertThat(project.run("status").exits(0).out()).containsPattern("\\R000001 +one ");
    assertThat(project.run("goto", "1", "--yes", "--accept-loss", "two").exits(0).out())
        .contains("version 000001");
    assertThat(project.run("status", "--json").exits(0).json().get("currentVersion").asText())
        .isEqualTo("000001");
    assertThat(project.run("new", "three").exits(0).out().lines())
        .containsExactly("sql/000003_three.up.sql", "sql/000003_three.down.sql");
    assertThat(project.run("new", "four", "--simple").exits(0).out().lines())
        .containsExactly("sql/000004_four.up.sql");
    Result shown = project.run("config", "show", "--json").exits(0);
    assertThat(setting(shown, "migrations.layout").get("value").asText())
        .isEqualTo("golang-migrate");
  }

  @Test
  void servesTheFilesOfSqlxAndRackGateway(ScratchDatabase one, ScratchDatabase other)
      throws IOException {
    file("20260101000000_one.sql", "CREATE TABLE one (id int);\n");
    file("20260102000000_two.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON one (id);\n");
    file("schema.sql", "not SQL at all");
    for (String layout : new String[] {"sqlx", "plain"}) {
      Project project =
          project("[migrations]\ndirectory = \"sql\"\nlayout = \"%s\"\n".formatted(layout))
              .with(layout.equals("sqlx") ? one : other);
      assertThat(project.run("migrate").exits(0).out()).startsWith("2 applied, 0 pending");
      assertThat(project.run("status").exits(0).out()).containsPattern("\\R20260102000000 +two ");
      assertThat(project.run("revert", "--yes").exits(4).err()).contains("simple migration");
    }
  }

  @Test
  void asksWhichLayoutIsMeant(ScratchDatabase database) throws IOException {
    Project project = project("[migrations]\ndirectory = \"sql\"\n").with(database);
    file("1_one.up.sql", "CREATE TABLE one (id int);");
    file("1_one.down.sql", "DROP TABLE one;");
    Result asked = project.run("migrate").exits(2);
    assertThat(asked.errors())
        .singleElement()
        .asString()
        .endsWith("the files' names fit the layouts 'sqlx' and 'golang-migrate'");
    assertThat(asked.err()).contains("layout = \"sqlx\" or layout = \"golang-migrate\"");
    project("[migrations]\ndirectory = \"sql\"\nlayout = \"sqlx\"\n");
    project.run("migrate").exits(0);
  }

  @Test
  void namesEveryWrongFileAndTouchesNothing(ScratchDatabase database) throws Exception {
    Project project =
        project("[migrations]\ndirectory = \"sql\"\nlayout = \"sqlx\"\n").with(database);
    file("1_one.sql", "CREATE TABLE one (id int);");
    file("01_again.sql", "SELECT 1;");
    file("x_two.sql", "SELECT 1;");
    file("3_three.down.sql", "SELECT 1;");
    assertThat(project.run("migrate").exits(2).errors()).hasSize(3);
    file("01_again.sql", "");
    for (String name : new String[] {"01_again.sql", "x_two.sql", "3_three.down.sql"}) {
      Files.delete(folder.resolve("sql").resolve(name));
    }
    file("4_psql.sql", "\\restrict x\nSELECT 1;");
    assertThat(project.run("migrate").exits(2).errors())
        .containsExactly("4_psql.sql:1: \\restrict is a command of psql; remove it");
    assertThat(
            Sql.value(
                database,
                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        .isEqualTo("0");
  }

  private static String withoutPassword(ScratchDatabase database) {
    return database.settings().withLogin(database.settings().user(), Optional.empty()).uri();
  }
}
