package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several databases of one server, called db-0, db-1 and so on. */
@ExtendWith(ScratchPostgres.class)
@Timeout(120)
final class FleetTest {
  private static final String NEWEST = "2";

  @TempDir private Path folder;

  @BeforeEach
  void writeMigrations() throws IOException {
    Files.createDirectory(folder.resolve("sql"));
    Files.writeString(folder.resolve("gwdb.toml"), "[migrations]\ndirectory = \"sql\"\n");
    file("V1__one.sql", "CREATE TABLE one (i int);");
    file("V2__two.sql", "CREATE TABLE two (i int);");
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve("sql").resolve(name), text);
  }

  /** A project whose fleet.toml lists these; the password is in the environment. */
  private Project fleet(String head, ScratchDatabase... databases) {
    StringBuilder toml = new StringBuilder(head).append('\n');
    for (int i = 0; i < databases.length; i++) {
      toml.append(member("db-" + i, databases[i]));
    }
    return write(toml.toString())
        .with("PGPASSWORD", databases[0].settings().password().orElseThrow().reveal());
  }

  private Project write(String toml) {
    try {
      Files.writeString(folder.resolve("fleet.toml"), toml);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Project.in(folder);
  }

  private static String member(String name, ScratchDatabase database) {
    DatabaseSettings bare =
        database.settings().withLogin(database.settings().user(), Optional.empty());
    return "[[database]]\nname = \"%s\"\nurl = \"%s\"\n".formatted(name, bare.uri());
  }

  private static String[] migrate(String... more) {
    List<String> args = new ArrayList<>(List.of("migrate", "--fleet", "fleet.toml"));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  /** Each database and its result, in the report's order. */
  private static List<String> results(Result result) {
    List<String> lines = new ArrayList<>();
    for (JsonNode database : result.json().get("databases")) {
      lines.add(database.get("name").asText() + " " + database.get("result").asText());
    }
    return lines;
  }

  private static String version(ScratchDatabase database) throws SQLException {
    return Sql.isUntouched(database)
        ? "untouched"
        : Sql.value(database, "SELECT coalesce(max(version), 'none') FROM flyway_schema_history");
  }

  /** The second migration makes this table, and then can't. */
  private static void putInTheWay(ScratchDatabase database) throws SQLException {
    Sql.execute(database, "CREATE TABLE two (i int)");
  }

  private static void clearTheWay(ScratchDatabase database) throws SQLException {
    Sql.execute(database, "DROP TABLE two");
  }

  @Test
  void migratesTheCanaryFirstAndThenInWaves(
      ScratchDatabase one, ScratchDatabase two, ScratchDatabase three, ScratchDatabase up)
      throws Exception {
    Project.in(folder).with(up).run("migrate").exits(0);
    Project project = fleet("canary = \"db-1\"\nwave_width = 2", one, two, three, up);
    Result result = project.run(migrate()).exits(0);
    List<String> err = result.err().lines().toList();
    assertThat(err.get(0)).matches("manifest [0-9a-f]{12}: 2 migrations");
    assertThat(err.get(1)).isEqualTo("canary db-1, then 3 databases in 2 waves");
    List<String> named = err.subList(2, err.size());
    assertThat(named).allMatch(line -> line.matches("db-\\d: .*")).hasSize(3 * 2 + 4);
    assertThat(named.subList(0, 3)).allMatch(line -> line.startsWith("db-1: "));
    assertThat(named.getLast()).startsWith("db-3: 0 pending; ");
    assertThat(result.out().lines())
        .hasSize(7)
        .anyMatch(line -> line.matches("db-1 +canary +done +2 +%s +\\d+\\.\\d s".formatted(NEWEST)))
        .anyMatch(line -> line.matches("db-0 +1 +done +2 .*"))
        .anyMatch(line -> line.matches("db-2 +1 +done +2 .*"))
        .anyMatch(line -> line.matches("db-3 +2 +done +0 .*"))
        .anyMatch(line -> line.matches("4 of 4 databases done; manifest [0-9a-f]{12}"));
    for (ScratchDatabase database : List.of(one, two, three, up)) {
      assertThat(version(database)).isEqualTo(NEWEST);
    }
    assertThat(project.run(migrate("--resume")).exits(2).errors())
        .singleElement()
        .asString()
        .startsWith("there is no unfinished run of ");
  }

  @Test
  void reportsAsJson(ScratchDatabase one, ScratchDatabase two) throws Exception {
    putInTheWay(two);
    Result result = fleet("", one, two).run(migrate("--json")).exits(5);
    JsonNode json = result.json();
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("manifest", "target", "dryRun", "databases");
    assertThat(json.get("manifest").asText()).matches("[0-9a-f]{64}");
    JsonNode done = json.get("databases").get(0);
    assertThat(done.fieldNames())
        .toIterable()
        .containsExactly("name", "wave", "result", "version", "report", "error", "nextStep");
    assertThat(done.get("report").get("applied")).hasSize(2);
    assertThat(done.get("version").asText()).isEqualTo(NEWEST);
    assertThat(done.get("error").isNull()).isTrue();
    JsonNode failed = json.get("databases").get(1);
    assertThat(failed.get("wave").intValue()).isEqualTo(1);
    assertThat(failed.get("report").isNull()).isTrue();
    assertThat(failed.get("version").asText()).isEqualTo("1");
    assertThat(failed.get("error").asText()).contains("\"two\" already exists");
    assertThat(failed.get("nextStep").asText()).contains("Nothing of it remains");
  }

  @Test
  void touchesNothingElseWhenTheCanaryFails(
      ScratchDatabase canary, ScratchDatabase one, ScratchDatabase two) throws Exception {
    putInTheWay(canary);
    Result result = fleet("wave_width = 2", canary, one, two).run(migrate()).exits(5);
    assertThat(result.errors())
        .singleElement()
        .asString()
        .startsWith("db-0: V2__two.sql:1: ")
        .contains("already exists (SQLSTATE 42P07)");
    assertThat(result.err())
        .contains("stopped: 0 of 3 databases done\n  not started: db-1, db-2\n")
        .contains("--resume'");
    assertThat(result.out())
        .containsPattern("db-0 +canary +failed")
        .containsPattern("db-2 .*not-s");
    assertThat(Sql.isUntouched(one)).isTrue();
    assertThat(Sql.isUntouched(two)).isTrue();
  }

  @Test
  void stopsAfterAWaveThatFailsAndResumes(
      ScratchDatabase canary, ScratchDatabase one, ScratchDatabase two, ScratchDatabase three)
      throws Exception {
    Project project = fleet("", canary, one, two, three);
    file("V3__three.sql", "CREATE TABLE three (i int);");
    putInTheWay(one);
    Result stopped = project.run(migrate("--wave-width", "2", "--to", NEWEST, "--json")).exits(5);
    assertThat(results(stopped))
        .containsExactly("db-0 done", "db-1 failed", "db-2 done", "db-3 not-started");
    assertThat(Sql.isUntouched(three)).isTrue();

    assertThat(project.run(migrate("--resume", "--to", "3")).exits(4).errors().get(0))
        .contains("was to version 2, not to version 3");
    clearTheWay(one);
    Result resumed = project.run(migrate("--resume", "--json")).exits(0);
    assertThat(results(resumed))
        .containsExactly("db-0 done", "db-1 done", "db-2 done", "db-3 done");
    assertThat(resumed.json().get("target").asText()).isEqualTo(NEWEST);
    assertThat(resumed.json().get("databases").get(2).get("report").get("applied")).isEmpty();
    for (ScratchDatabase database : List.of(canary, one, two, three)) {
      assertThat(version(database)).isEqualTo(NEWEST);
    }
  }

  @Test
  void resumesOnlyWithTheSameMigrations(ScratchDatabase one, ScratchDatabase two) throws Exception {
    putInTheWay(one);
    Project project = fleet("", one, two);
    String before = project.run(migrate("--json")).exits(5).json().get("manifest").asText();
    file("V2__two.sql", "CREATE TABLE two_of_another_name (i int);");
    Result refused = project.run(migrate("--resume")).exits(4);
    assertThat(refused.errors())
        .singleElement()
        .asString()
        .startsWith("the migrations are not those of the run of ")
        .contains("manifest " + before.substring(0, 12) + " then, ");
    assertThat(refused.err()).contains("start a new run without --resume");
    assertThat(version(one)).isEqualTo("1");
    assertThat(Sql.isUntouched(two)).isTrue();

    JsonNode anew = project.run(migrate("--json")).exits(0).json();
    assertThat(anew.get("manifest").asText()).isNotEqualTo(before);
    assertThat(version(two)).isEqualTo(NEWEST);
  }

  @Test
  void tellsWhoseWarningsTheyAre(ScratchDatabase one, ScratchDatabase two) throws Exception {
    file("V3__warn.sql", "DO $$ BEGIN RAISE WARNING 'look at %', current_database(); END $$;");
    try (GwdbProcess run = fleet("", one, two).process(migrate())) {
      assertThat(run.result().exits(0).err().lines())
          .contains("warning: db-0: look at " + one.name(), "warning: db-1: look at " + two.name())
          .noneMatch(line -> line.startsWith("SLF4J"));
    }
  }

  @Test
  void looksAtAllBeforeItTouchesOne(
      ScratchDatabase one, ScratchDatabase two, ScratchDatabase edited) throws Exception {
    Project.in(folder).with(edited).run("migrate").exits(0);
    Sql.execute(edited, "UPDATE flyway_schema_history SET checksum = 1 WHERE installed_rank = 2");
    Project project = fleet("", one, edited, two);
    Result refused = project.run(migrate()).exits(4);
    assertThat(refused.errors()).singleElement().asString().startsWith("db-1: applied migrations");
    assertThat(refused.err()).endsWith("nothing was changed in any database\n");
    assertThat(Sql.isUntouched(one)).isTrue();

    String nowhere = "[[database]]\nname = \"gone\"\nurl = \"postgres://app@127.0.0.1:1/d\"\n";
    Result unreachable =
        write(member("one", one) + nowhere)
            .with("PGPASSWORD", one.settings().password().orElseThrow().reveal())
            .run(migrate("--json"))
            .exits(3);
    assertThat(results(unreachable)).containsExactly("one not-started", "gone failed");
    assertThat(unreachable.errors())
        .singleElement()
        .asString()
        .startsWith("gone: Failed to connect to database \"d\" at 127.0.0.1:1");
    assertThat(Sql.isUntouched(one)).isTrue();
    assertThat(Sql.isUntouched(two)).isTrue();
  }

  @Test
  void triesEveryDatabase(ScratchDatabase one, ScratchDatabase two) throws Exception {
    Project.in(folder).with(two).run("migrate").exits(0);
    Project project = fleet("", one, two);
    Result result = project.run(migrate("--dry-run")).exits(0);
    assertThat(result.out()).contains("WOULD APPLY").containsPattern("db-0 +canary +done +2 ");
    assertThat(result.err()).contains("db-0: 2 would be applied\n", "db-1: 0 would be applied\n");
    assertThat(Sql.value(one, "SELECT to_regclass('two') IS NULL")).isEqualTo("t");
    JsonNode json = project.run(migrate("--dry-run", "--json")).exits(0).json();
    assertThat(json.get("dryRun").booleanValue()).isTrue();
    assertThat(json.get("databases").get(0).get("report").get("onScratch").isBoolean()).isTrue();
    putInTheWay(one);
    Result failed = project.run(migrate("--dry-run")).exits(5);
    assertThat(failed.err()).doesNotContain("--resume");
    project.run(migrate("--resume")).exits(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "KILL"})
  void leavesNothingHalfDoneWhenItIsStopped(
      String signal, ScratchDatabase canary, ScratchDatabase one, ScratchDatabase two)
      throws Exception {
    Project project = fleet("", canary, one, two);
    try (Connection lock = Sql.holdMigrationLock(one);
        GwdbProcess run = project.process(migrate())) {
      run.awaitText("db-1: waiting for another migration to finish");
      run.signal(signal);
      Result result = run.result().exits(signal.equals("INT") ? 130 : 137);
      if (signal.equals("INT")) {
        assertThat(result.err())
            .contains("interrupted: 1 of 3 databases done\n")
            .contains("  at work, and left at the last migration that it finished: db-1\n")
            .contains("  not started: db-2\n")
            .contains("gwdb migrate --fleet " + folder.resolve("fleet.toml") + " --resume");
      }
    }
    assertThat(version(canary)).isEqualTo(NEWEST);
    assertThat(Sql.isUntouched(two)).isTrue();
    Result resumed = project.run(migrate("--resume")).exits(0);
    assertThat(resumed.out()).contains("3 of 3 databases done").containsPattern("db-0 .*done +0 ");
    assertThat(version(one)).isEqualTo(NEWEST);
    assertThat(version(two)).isEqualTo(NEWEST);
  }

  @Test
  void refusesASecondRunAtOnce(ScratchDatabase one, ScratchDatabase two) throws Exception {
    Project project = fleet("", one, two);
    Connection lock = Sql.holdMigrationLock(one);
    try (lock;
        GwdbProcess first = project.process(migrate())) {
      first.awaitText("db-0: waiting for another migration to finish");
      try (GwdbProcess second = project.process(migrate())) {
        assertThat(second.result().exits(4).errors())
            .singleElement()
            .asString()
            .matches("another run of .*fleet.toml is under way");
      }
      lock.close();
      assertThat(first.result().exits(0).out()).contains("2 of 2 databases done");
    }
  }

  @Test
  void takesUrlsAndPasswordsFromVariables(ScratchDatabase one, ScratchDatabase two) {
    String password = two.settings().password().orElseThrow().reveal();
    Project project =
        write(
            "[[database]]\nname = \"one\"\nurl_env = \"ONE_URL\"\n"
                + member("two", two)
                + "password_env = \"TWO_PASSWORD\"\n");
    project.with("ONE_URL", one.settings().uri()).dotEnv("TWO_PASSWORD='" + password + "'\n");
    Result result = project.with("ONE_URL", one.settings().uri()).run(migrate()).exits(0);
    assertThat(result.out() + result.err()).doesNotContain(password);
    assertThat(project.run(migrate()).exits(2).errors())
        .singleElement()
        .asString()
        .endsWith("fleet.toml: one: ONE_URL is not set");
  }

  @Test
  void reportsEveryFaultOfTheFile() {
    Result result =
        write(
                """
                canary = "db2"
                wave_widht = 3
                [[database]]
                name = "db-1"
                url = "postgres://app:c4n4ry@h/d"
                [[database]]
                name = "db-1"
                url = "postgres://app@h:port/d"
                [[database]]
                name = "db-2 "
                [[database]]
                name = "db-2"
                url_env = "NO_SUCH_VARIABLE"
                [[database]]
                name = "db-3"
                url = "postgres://app@h/x"
                [[database]]
                name = "db-4"
                url = "postgres://other@h:5432/x"
                password_env = "not a name"
                """)
            .run(migrate("--wave-width", "0"))
            .exits(2);
    assertThat(result.errors())
        .anyMatch(line -> line.contains("wave_widht; did you mean wave_width?"))
        .anyMatch(line -> line.contains("canary names no database of this file; did you mean db-2"))
        .anyMatch(line -> line.contains("database[0].url holds a password"))
        .anyMatch(line -> line.contains("database[1].name is the name of an earlier one"))
        .anyMatch(line -> line.contains("database[1].url") && line.contains("port"))
        .anyMatch(line -> line.contains("database[2].name must be 1 to 40"))
        .anyMatch(line -> line.contains("database[2].url or url_env is needed"))
        .anyMatch(line -> line.endsWith("db-2: NO_SUCH_VARIABLE is not set"))
        .anyMatch(line -> line.contains("database[5].password_env must be the name"))
        .anyMatch(line -> line.endsWith("db-3 and db-4 are the same database"))
        .anyMatch(line -> line.equals("--wave-width 0 is not 1 to 64"))
        .hasSize(11);
    assertThat(result.err()).doesNotContain("c4n4ry");
    assertThat(write("").run(migrate()).exits(2).errors())
        .singleElement()
        .asString()
        .contains("database is missing");
    assertThat(Project.in(folder).run("migrate", "--fleet", "no.toml").exits(2).errors())
        .singleElement()
        .asString()
        .endsWith("no.toml: does not exist");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--resume",
        "--wave-width 3",
        "--fleet fleet.toml --resume --dry-run",
        "--fleet fleet.toml --database-url postgres://app@h/d",
        "--fleet fleet.toml --to 123",
        "--fleet fleet.toml --wave-width x"
      })
  void refusesBadUsage(String options, ScratchDatabase database) throws SQLException {
    Project project = fleet("", database);
    project.run(("migrate " + options).split(" ")).exits(2);
    assertThat(Sql.isUntouched(database)).isTrue();
  }
}
