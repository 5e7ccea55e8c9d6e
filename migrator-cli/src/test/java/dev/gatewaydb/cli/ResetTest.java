package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code gwdb reset} and {@code gwdb environment}: the guards, what is shown, exit codes. */
@ExtendWith(ScratchPostgres.class)
final class ResetTest {
  private static final String CONFIRM = "RESET_GATEWAY_DATABASE";
  private static final String DISABLE = "DISABLE_DATABASE_ENVIRONMENT_CHECK";
  private static final String KEY =
      "INSERT INTO api_key_change (api_key_id, action, changed_by, reason)"
          + " VALUES (gen_random_uuid(), 'create', 'x', 'y')";

  @TempDir private Path folder;

  private Project on(ScratchDatabase database) {
    return Project.in(folder).with(database).with("GWDB_SCRATCH", database.settings().uri());
  }

  /** Upstream's decision table: {@code -} stands for not set. */
  @ParameterizedTest
  @CsvSource({
    "-,               -,           -,     -, 4",
    "-,               development, true,  1, 4",
    "delete_all_data, development, true,  1, 4",
    "DELETE_ALL_DATA, development, -,     -, 0",
    "DELETE_ALL_DATA, development, false, -, 0",
    "DELETE_ALL_DATA, -,           true,  -, 0",
    "DELETE_ALL_DATA, -,           -,     1, 0",
    "DELETE_ALL_DATA, -,           1,     -, 4",
    "DELETE_ALL_DATA, -,           -,     0, 4",
    "DELETE_ALL_DATA, -,           -,     -, 4",
    "DELETE_ALL_DATA, production,  true,  -, 4",
    "DELETE_ALL_DATA, staging,     true,  -, 4",
    "DELETE_ALL_DATA, production,  -,     1, 0",
  })
  void asksItsGuards(
      String confirm,
      String marker,
      String devMode,
      String disable,
      int code,
      @Migrated ScratchDatabase database)
      throws Exception {
    Project project = on(database);
    if (!marker.equals("-")) {
      project.run("environment", "set", marker).exits(0);
    }
    Sql.execute(database, KEY);
    project = with(project, CONFIRM, confirm);
    project = with(project, "DEV_MODE", devMode);
    project = with(project, DISABLE, disable);
    Result result = project.run("reset", "--yes").exits(code);
    assertThat(Sql.value(database, "SELECT count(*) FROM api_key_change"))
        .isEqualTo(code == 0 ? "0" : "1");
    if (code == 0) {
      assertThat(project.run("environment", "show").exits(0).out().strip())
          .isEqualTo(devMode.equals("true") ? "development" : "production");
    } else {
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .contains(
              !confirm.equals("DELETE_ALL_DATA") ? CONFIRM + "=DELETE_ALL_DATA" : DISABLE + "=1");
    }
  }

  private static Project with(Project project, String name, String value) {
    return value.equals("-") ? project : project.with(name, value);
  }

  @Test
  void showsWhatGoesAndAsks(@Migrated ScratchDatabase database) throws Exception {
    Sql.execute(database, KEY);
    Sql.execute(database, "CREATE TABLE \"user\" (id uuid PRIMARY KEY)");
    Sql.execute(database, "CREATE TABLE orders (id int)");
    Project project = on(database).with(CONFIRM, "DELETE_ALL_DATA").with("DEV_MODE", "true");
    Result dry = on(database).run("reset", "--dry-run").exits(0);
    assertThat(dry.err())
        .containsPattern("\n +1 +public.api_key_change\n")
        .contains("stays: table public.\"user\"")
        .contains("stays: table public.orders");
    JsonNode json = on(database).run("reset", "--dry-run", "--json").exits(0).json();
    assertThat(json.at("/tables").findValuesAsText("name")).contains("public.api_keys");

    assertThat(project.run("reset").exits(4).err()).contains("--yes").contains("api_key_change");
    assertThat(Sql.value(database, "SELECT count(*) FROM api_key_change")).isEqualTo("1");

    assertThat(project.run("reset", "--yes", "--seed").exits(2).err())
        .contains("keys seed --email");
    assertThat(project.run("reset", "--yes", "--json").exits(0).json().get("kept")).hasSize(2);
    assertThat(Sql.value(database, "SELECT count(*) FROM \"user\"")).isEqualTo("0");
    assertThat(Sql.value(database, "SELECT count(*) FROM orders")).isEqualTo("0");
    Sql.execute(database, "DROP TABLE \"user\" CASCADE");

    Result done = project.run("reset", "--yes", "--seed", "--json").exits(0);
    assertThat(done.json().get("environment").asText()).isEqualTo("development");
    assertThat(done.json().get("keys")).hasSize(3);
    assertThat(done.json().at("/migrated/pending").asInt()).isZero();
    assertThat(Sql.value(database, "SELECT count(*) FROM api_keys")).isEqualTo("3");
    on(database).with(CONFIRM, "DELETE_ALL_DATA").run("reset", "--yes", "--seed").exits(2);
  }

  @Test
  void killedWhileItWorksItLeavesTheOldDatabase(@Migrated ScratchDatabase database)
      throws Exception {
    Path sql = Files.createDirectories(folder.resolve("sql"));
    Files.writeString(sql.resolve("V1__t.sql"), "CREATE TABLE mine AS SELECT 1 AS id;");
    Files.writeString(
        folder.resolve("gwdb.toml"),
        "[migrations]\ndirectory = \"sql\"\nhistory_table = \"h\"\n[tables]\nowned = [\"mine\"]\n");
    Project project = on(database).with(CONFIRM, "DELETE_ALL_DATA").with("DEV_MODE", "true");
    project.run("migrate").exits(0);
    Sql.execute(database, "INSERT INTO mine VALUES (2)");
    // The rehearsal must pass, and the real run hang after its drops.
    Files.writeString(
        sql.resolve("V2__hang.sql"),
        "SELECT pg_sleep(60) WHERE current_database() = '%s';".formatted(database.name()));
    try (GwdbProcess process = project.process("reset", "--yes")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  Sql.value(
                          database,
                          "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'"
                              + " AND state = 'active' AND pid <> pg_backend_pid()"
                              + " AND datname = current_database()")
                      .equals("1"));
      process.signal("KILL").result().exits(137);
    }
    Sql.execute(
        database,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    assertThat(Sql.value(database, "SELECT string_agg(id::text, ',' ORDER BY id) FROM mine"))
        .isEqualTo("1,2");
  }

  @Test
  void servesAProjectOfItsOwn(ScratchDatabase database) throws Exception {
    Path sql = Files.createDirectories(folder.resolve("sql"));
    Files.writeString(
        sql.resolve("V1__rgw.sql"),
        """
        CREATE TABLE rgw_internal_metadata (
            id BOOL PRIMARY KEY CHECK (id), environment VARCHAR(32));
        CREATE TABLE users (id int);
        """);
    Files.writeString(
        folder.resolve("gwdb.toml"),
        """
        [migrations]
        directory = "sql"
        [guard]
        reset_variable = "RESET_RACK_GATEWAY_DATABASE"
        marker_table = "rgw_internal_metadata"
        """);
    Project project = on(database).with("DEV_MODE", "true");
    assertThat(project.run("environment", "show", "--json").exits(0).out())
        .contains("\"environment\" : null");
    assertThat(project.run("environment", "set", "x").exits(4).err()).contains("gwdb migrate");
    assertThat(project.run("reset", "--yes").exits(4).err())
        .contains("RESET_RACK_GATEWAY_DATABASE");
    Project armed = project.with("RESET_RACK_GATEWAY_DATABASE", "DELETE_ALL_DATA");
    armed.run("reset", "--yes").exits(0);
    assertThat(Sql.value(database, "SELECT environment FROM rgw_internal_metadata"))
        .isEqualTo("development");
    armed.run("reset", "--yes").exits(0);
    armed.run("drift").exits(0);

    assertThat(project.run("environment", "set", "staging").exits(4).err())
        .contains("marked development");
    project.run("environment", "set", "staging", "--yes").exits(0);
    assertThat(armed.run("reset", "--yes").exits(4).err()).contains("marked staging");
    for (String bad : Stream.of("", "a b", "x".repeat(33), "-x;").toList()) {
      project.run("environment", "set", "--yes", "--", bad).exits(2);
    }
  }

  @Test
  void aProjectWithoutAMarkerTableGetsOne(ScratchDatabase database) throws Exception {
    Path sql = Files.createDirectories(folder.resolve("sql"));
    Files.writeString(sql.resolve("V1__t.sql"), "CREATE TABLE t (id int);");
    Files.writeString(folder.resolve("gwdb.toml"), "[migrations]\ndirectory = \"sql\"\n");
    Project project = on(database);
    project.run("migrate").exits(0);
    project.run("environment", "set", "development").exits(0);
    assertThat(project.run("environment", "show").exits(0).out()).isEqualTo("development\n");
    project.run("drift").exits(0);
    project.with(CONFIRM, "DELETE_ALL_DATA").run("reset", "--yes").exits(0);
    assertThat(project.run("environment", "show").exits(0).out()).isEqualTo("production\n");
  }

  @Test
  void sayWhereItCannotConnect() {
    Project project = Project.in(folder).with(CONFIRM, "DELETE_ALL_DATA");
    Project nowhere = project.with("DATABASE_URL", "postgres://x@127.0.0.1:1/x");
    nowhere.run("reset", "--yes").exits(3);
    nowhere.run("reset", "--dry-run").exits(3);
    nowhere.run("environment", "show").exits(3);
  }
}
