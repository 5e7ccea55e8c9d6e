package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(ScratchPostgres.class)
final class MigrateAndStatusTest {
  private static final String NEWEST = Shipped.NEWEST;
  private static final int MIGRATIONS = Shipped.COUNT;

  @TempDir private Path folder;

  private Project on(ScratchDatabase database) {
    return Project.in(folder).with(database);
  }

  @Test
  void migratesAndThenFindsNothingToDo(ScratchDatabase database) {
    Result first = on(database).run("migrate").exits(0);
    assertThat(first.out())
        .matches(
            "%d applied, 0 pending; the database is at version %s \\(\\d+\\.\\d s\\)\\R"
                .formatted(MIGRATIONS, NEWEST));
    assertThat(first.err().lines())
        .hasSize(MIGRATIONS)
        .allMatch(
            line -> line.matches("\\[\\d+/" + MIGRATIONS + "] V\\d{14}__\\w+\\.sql \\(\\d+ ms\\)"));
    Result second = on(database).run("migrate").exits(0);
    assertThat(second.out())
        .matches(
            "0 pending; the database is at version %s \\(\\d+\\.\\d s\\)\\R".formatted(NEWEST));
    assertThat(second.err()).isEmpty();
  }

  @Test
  void worksAsAProcess(ScratchDatabase database) {
    Project project = on(database).with("LC_ALL", "tr_TR.UTF-8").with("TZ", "Asia/Kathmandu");
    try (GwdbProcess first = project.process("migrate")) {
      Result result = first.result().exits(0);
      assertThat(result.out()).startsWith(MIGRATIONS + " applied, 0 pending; ").hasLineCount(1);
      assertThat(result.err()).hasLineCount(MIGRATIONS);
    }
    List<String> arabic = List.of("-Duser.language=ar", "-Duser.country=EG");
    try (GwdbProcess second = GwdbProcess.start(project, arabic, "migrate")) {
      assertThat(second.result().exits(0).out()).startsWith("0 pending; ");
    }
  }

  /** Warnings of SQL callbacks come through Flyway's log alone. */
  @Test
  void passesOnWhatACallbackWarnsOf(ScratchDatabase database) throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE \"user\" (id INT PRIMARY KEY)");
    }
    try (GwdbProcess migrate = on(database).process("migrate")) {
      assertThat(migrate.result().exits(0).err().lines())
          .contains(
              "warning: api_keys.user_id does not reference \"user\": its id is integer, not a unique"
                  + " uuid");
    }
  }

  @Test
  void reportsAMigrateAsJson(ScratchDatabase database) {
    JsonNode first = on(database).run("migrate", "--json").exits(0).json();
    assertThat(first.fieldNames())
        .toIterable()
        .containsExactly("fromVersion", "toVersion", "pending", "durationMillis", "applied");
    assertThat(first.get("fromVersion").isNull()).isTrue();
    assertThat(first.get("toVersion").textValue()).isEqualTo(NEWEST);
    assertThat(first.get("durationMillis").isIntegralNumber()).isTrue();
    assertThat(first.get("applied")).hasSize(MIGRATIONS);
    JsonNode oldest = first.get("applied").get(0);
    assertThat(oldest.fieldNames())
        .toIterable()
        .containsExactly("version", "description", "durationMillis");
    assertThat(oldest.get("version").textValue()).isEqualTo("20251213100000");
    assertThat(oldest.get("description").textValue()).isEqualTo("api keys user pk address api key");
    assertThat(oldest.get("durationMillis").isIntegralNumber()).isTrue();

    JsonNode second = on(database).run("migrate", "--json").exits(0).json();
    assertThat(second.get("fromVersion").textValue()).isEqualTo(NEWEST);
    assertThat(second.get("applied")).isEmpty();
  }

  @Test
  void showsPendingMigrations(ScratchDatabase database) {
    Result status = on(database).run("status").exits(0);
    assertThat(status.err()).isEmpty();
    List<String> lines = status.out().lines().toList();
    assertThat(lines).hasSize(MIGRATIONS + 3);
    assertThat(lines.get(0))
        .matches("VERSION +DESCRIPTION +STATE +INSTALLED ON +BY +TIME +REVERSIBLE");
    assertThat(lines.get(1)).matches("20251213100000 +api keys user pk .* pending .* no");
    assertThat(lines.get(MIGRATIONS))
        .matches(NEWEST + " +" + Shipped.newestDescription() + " +pending +yes");
    assertThat(lines.get(MIGRATIONS + 2))
        .isEqualTo("0 applied, " + MIGRATIONS + " pending; the database is at no version yet");
  }

  @Test
  void showsAppliedMigrations(@Migrated ScratchDatabase database) {
    List<String> lines = on(database).run("status").exits(0).out().lines().toList();
    assertThat(lines.get(1))
        .matches(
            "20251213100000 .* applied +\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ +\\w+ +\\d+ ms +no");
    assertThat(lines.get(MIGRATIONS + 2))
        .isEqualTo(MIGRATIONS + " applied, 0 pending; the database is at version " + NEWEST);
  }

  @Test
  void reportsStatusAsJson(@Migrated ScratchDatabase database) {
    JsonNode status = on(database).run("status", "--json").exits(0).json();
    assertThat(status.fieldNames())
        .toIterable()
        .containsExactly("currentVersion", "pending", "migrations");
    assertThat(status.get("currentVersion").textValue()).isEqualTo(NEWEST);
    assertThat(status.get("pending").intValue()).isZero();
    assertThat(status.get("migrations")).hasSize(MIGRATIONS);
    for (JsonNode migration : status.get("migrations")) {
      assertThat(migration.fieldNames())
          .toIterable()
          .containsExactly(
              "version",
              "description",
              "script",
              "state",
              "checksum",
              "installedOn",
              "installedBy",
              "durationMillis",
              "reversible",
              "reached");
      assertThat(migration.get("version").textValue()).matches("\\d{14}");
      assertThat(migration.get("script").textValue()).matches("V\\d{14}__\\w+\\.sql");
      assertThat(migration.get("state").textValue()).isEqualTo("applied");
      assertThat(migration.get("checksum").isInt()).isTrue();
      assertThat(Instant.parse(migration.get("installedOn").textValue()))
          .isBefore(Instant.now().plusSeconds(60));
      assertThat(migration.get("installedBy").textValue()).isNotEmpty();
      assertThat(migration.get("durationMillis").isIntegralNumber()).isTrue();
      assertThat(migration.get("reversible").isBoolean()).isTrue();
      assertThat(migration.get("reached").isNull()).isTrue();
    }
  }

  @Test
  void writesNullForWhatIsNotApplied(ScratchDatabase database) {
    JsonNode status = on(database).run("status", "--json").exits(0).json();
    assertThat(status.get("currentVersion").isNull()).isTrue();
    assertThat(status.get("pending").intValue()).isEqualTo(MIGRATIONS);
    JsonNode first = status.get("migrations").get(0);
    assertThat(first.get("state").textValue()).isEqualTo("pending");
    for (String field : List.of("installedOn", "installedBy", "durationMillis")) {
      assertThat(first.get(field).isNull()).as(field).isTrue();
    }
  }

  @Test
  void tellsScriptsByExitCode(ScratchDatabase database) {
    on(database).run("status", "--exit-code").exits(1);
    on(database).run("status", "--exit-code", "--json").exits(1);
    on(database).run("migrate").exits(0);
    on(database).run("status", "--exit-code").exits(0);
  }

  @Test
  void statusTouchesNothing(ScratchDatabase database) throws SQLException {
    on(database).run("status").exits(0);
    try (Connection connection = database.dataSource().getConnection();
        var rows =
            connection.getMetaData().getTables(null, "public", null, new String[] {"TABLE"})) {
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void refusesAnEditedHistory(@Migrated ScratchDatabase database) throws SQLException {
    Sql.execute(database, "UPDATE flyway_schema_history SET checksum = 1 WHERE installed_rank = 3");
    Result refused = on(database).run("migrate").exits(4);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.errors()).hasSize(1);
    assertThat(refused.err()).contains("edited").contains("V20260210100000__");
    assertThat(on(database).run("status").exits(0).out()).contains(" edited ");
  }

  @Test
  void reportsAFailedMigration(@Migrated ScratchDatabase database) throws SQLException {
    Sql.execute(database, "DELETE FROM flyway_schema_history WHERE version >= '20260210'");
    Result failed = on(database).run("migrate").exits(5);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.errors().get(0))
        .contains("V20260210100000__create_encrypted_data_refs.sql:")
        .contains("already exists");
    assertThat(failed.err()).doesNotContain("\tat ");
    assertThat(on(database).run("status").out())
        .contains("2 applied, " + (MIGRATIONS - 2) + " pending");
  }

  @ParameterizedTest
  @CsvSource({
    "xterm,,true,true",
    "xterm,1,true,false",
    "dumb,,true,false",
    ",,true,false",
    "xterm,,false,false"
  })
  void coloursOnlyWhereSomebodyLooks(
      @Nullable String term, @Nullable String noColor, boolean terminal, boolean coloured) {
    String before = System.getProperty("gwdb.terminal", "false");
    System.setProperty("gwdb.terminal", Boolean.toString(terminal));
    try {
      Project project = Project.in(folder);
      project = term != null ? project.with("TERM", term) : project;
      project = noColor != null ? project.with("NO_COLOR", noColor) : project;
      String err = project.run("migrate").exits(2).err();
      assertThat(err.contains("\u001b[")).isEqualTo(coloured);
      assertThat(err.replaceAll("\u001b\\[\\d+m", "")).startsWith("error: DATABASE_URL is not set");
    } finally {
      System.setProperty("gwdb.terminal", before);
    }
  }

  @Test
  void keepsColumnsStraightInColour(@Migrated ScratchDatabase database) {
    String plain = on(database).run("status").out();
    System.setProperty("gwdb.terminal", "true");
    try {
      String coloured = on(database).with("TERM", "xterm").run("status").out();
      assertThat(coloured).contains("\u001b[32m");
      assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(plain);
    } finally {
      System.setProperty("gwdb.terminal", "false");
    }
  }
}
