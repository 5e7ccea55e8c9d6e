package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ScratchPostgres.class)
final class DoctorTest {
  @TempDir private Path folder;

  private Project project() {
    return Project.in(folder);
  }

  private static List<String> verdicts(Result result) {
    List<String> verdicts = new ArrayList<>();
    for (JsonNode step : result.json().get("steps")) {
      assertThat(step.fieldNames())
          .toIterable()
          .containsExactly("step", "verdict", "detail", "nextStep");
      assertThat(step.get("detail").textValue()).isNotEmpty();
      boolean ok = step.get("verdict").textValue().equals("ok");
      assertThat(step.get("nextStep").isNull()).as("%s", step).isEqualTo(ok);
      verdicts.add(step.get("step").textValue() + " " + step.get("verdict").textValue());
    }
    return verdicts;
  }

  @Test
  void findsNothing(@Migrated ScratchDatabase database) {
    Project project = project().with(database);
    Result result = project.run("doctor").exits(0);
    assertThat(result.err()).isEmpty();
    assertThat(result.out().lines().map(line -> line.replaceFirst("^\\w+ +(\\w+) .*", "$1")))
        .containsExactly(
            "settings", "resolve", "connect", "version", "tls", "pooler", "rights", "migrations");
    assertThat(result.out())
        .contains("(DATABASE_URL in the environment)")
        .contains("127.0.0.1")
        .contains("0 pending; at version " + Shipped.NEWEST)
        .doesNotContain(database.settings().password().orElseThrow().reveal());
    assertThat(verdicts(project.run("doctor", "--json").exits(0))).allMatch(v -> v.endsWith(" ok"));
  }

  @Test
  void saysWhereTheSettingsComeFrom(ScratchDatabase database) {
    String uri = database.settings().uri();
    assertThat(project().dotEnv("DATABASE_URL=" + uri).run("doctor").out())
        .contains("(DATABASE_URL in " + folder.resolve(".env") + ")");
    Project inBoth = project().with("DATABASE_URL", uri).dotEnv("DATABASE_URL=postgres://other/d");
    assertThat(inBoth.run("doctor").out()).contains("(DATABASE_URL in the environment)");
    String password = database.settings().password().orElseThrow().reveal();
    DatabaseSettings bare =
        database.settings().withLogin(database.settings().user(), Optional.empty());
    assertThat(
            project()
                .with("PGPASSWORD", password)
                .run("doctor", "--database-url", bare.uri())
                .out())
        .contains("(--database-url)");
  }

  @Test
  void notesPendingMigrations(ScratchDatabase database) {
    Result result = project().with(database).run("doctor").exits(0);
    assertThat(result.out())
        .containsPattern(
            "note  migrations  "
                + Shipped.COUNT
                + " pending; at no version yet\\R +Run 'gwdb migrate'");
    assertThat(verdicts(project().with(database).run("doctor", "--json")))
        .endsWith("migrations note");
  }

  @Test
  void notesTablesThatNoMigrationMade(ScratchDatabase database) throws SQLException {
    Sql.execute(database, "CREATE TABLE b (i int)");
    assertThat(project().with(database).run("doctor").exits(0).out())
        .contains("no version yet, in a schema with tables of other origin: b\n")
        .contains("gwdb baseline VERSION");
    Sql.execute(
        database,
        "CREATE TABLE \"A b\" (i int) PARTITION BY LIST (i);"
            + " CREATE TABLE a_1 PARTITION OF \"A b\" FOR VALUES IN (1);"
            + " CREATE TABLE c (i int); CREATE TABLE d (i int); CREATE VIEW v AS SELECT 1");
    assertThat(project().with(database).run("doctor").exits(0).out())
        .contains("other origin: \"A b\", b, c and 1 more\n");
    Sql.execute(database, "DROP TABLE \"A b\", b, c, d");
    project().with(database).run("migrate").exits(0);
    project().with(database).run("goto", "0", "--yes", "--accept-loss", "all").exits(0);
    assertThat(project().with(database).run("doctor").exits(0).out()).doesNotContain("origin");
  }

  @Test
  void failsOnAnUnsoundHistory(@Migrated ScratchDatabase database) throws SQLException {
    Sql.execute(database, "UPDATE flyway_schema_history SET checksum = 1 WHERE installed_rank = 3");
    Result result = project().with(database).run("doctor").exits(1);
    assertThat(result.out()).contains("fail  migrations  1 doesn't fit its file");
  }

  @Test
  void failsOnSettings() {
    Result result = project().with("DB_MAX_OPEN_CONNS", "0").run("doctor").exits(2);
    assertThat(result.out())
        .startsWith("fail  settings    DATABASE_URL is not set")
        .contains("DB_MAX_OPEN_CONNS");
    assertThat(verdicts(project().run("doctor", "--json").exits(2)))
        .containsExactly("settings fail");
  }

  @Test
  void failsOnAnUnknownHost() {
    Project project = project().with("DATABASE_URL", "postgres://app@no-such-host.invalid/d");
    assertThat(project.run("doctor").exits(3).out())
        .contains("fail  resolve     no address for no-such-host.invalid");
    assertThat(verdicts(project.run("doctor", "--json").exits(3)))
        .containsExactly("settings ok", "resolve fail");
  }

  @Test
  void failsOnAClosedPort() {
    Project project = project().with("DATABASE_URL", "postgres://app:s3cr3t@127.0.0.1:1/d");
    Result result = project.run("doctor").exits(3);
    assertThat(result.out())
        .contains("fail  connect     Failed to connect to database")
        .contains("postgres://app:***@127.0.0.1:1/d")
        .doesNotContain("s3cr3t");
    assertThat(verdicts(project.run("doctor", "--json").exits(3)))
        .containsExactly("settings ok", "resolve ok", "connect fail");
  }

  @Test
  void failsOnAWrongPassword(ScratchDatabase database) {
    DatabaseSettings wrong =
        database
            .settings()
            .withLogin(database.settings().user(), Optional.of(Secret.of("s3cr3t-wrong")));
    Result result = project().with("DATABASE_URL", wrong.uri()).run("doctor").exits(3);
    assertThat(result.out()).contains("password authentication failed").doesNotContain("s3cr3t");
  }

  @Test
  void failsOnAnOldServer() {
    try (FakeServer server = new FakeServer("13.9")) {
      Result result = project().with("DATABASE_URL", server.url()).run("doctor", "--json").exits(2);
      assertThat(verdicts(result)).endsWith("connect ok", "version fail");
    }
  }

  @Test
  void failsOnATransactionPooler() {
    try (FakeServer server = new FakeServer("16.4")) {
      Result result = project().with("DATABASE_URL", server.url()).run("doctor", "--json").exits(4);
      assertThat(verdicts(result)).endsWith("tls ok", "pooler fail");
    }
  }

  @Test
  void failsOnMissingRights(@Migrated ScratchDatabase database) throws SQLException {
    String role = "reader_" + database.name().substring(database.name().length() - 20);
    Sql.execute(database, "CREATE ROLE " + role + " LOGIN PASSWORD 'pw'");
    try {
      Sql.execute(database, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
      DatabaseSettings reader = database.settings().withLogin(role, Optional.of(Secret.of("pw")));
      Project project = project().with("DATABASE_URL", reader.uri());
      Result result = project.run("doctor").exits(1);
      assertThat(result.out())
          .contains("fail  rights      may not create tables in schema public")
          .contains("GRANT CREATE ON SCHEMA public TO " + role);

      Sql.execute(database, "ALTER ROLE " + role + " SET search_path = nowhere");
      assertThat(project.run("doctor").exits(1).out()).contains("no schema of the search_path");

      Sql.execute(database, "ALTER ROLE " + role + " RESET search_path");
      Sql.execute(database, "GRANT CREATE ON SCHEMA public TO " + role);
      Result history = project.run("doctor", "--json");
      assertThat(verdicts(history)).endsWith("rights ok", "migrations fail");
      assertThat(history.code()).isEqualTo(5);
      assertThat(history.out()).contains("flyway_schema_history");
    } finally {
      Sql.execute(database, "DROP OWNED BY " + role);
      Sql.execute(database, "DROP ROLE " + role);
    }
  }
}
