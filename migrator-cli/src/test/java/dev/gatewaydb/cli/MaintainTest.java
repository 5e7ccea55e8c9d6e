package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code gwdb maintain}: rules, output, exit codes; what it does to tables is MaintenanceTest's.
 */
@ExtendWith(ScratchPostgres.class)
@Timeout(120)
final class MaintainTest {
  private static final String SESSIONS =
      """
      CREATE TABLE sessions (id int PRIMARY KEY, at timestamptz, ended bool);
      CREATE INDEX ON sessions (at);
      INSERT INTO sessions SELECT g, now() - g * interval '1 day', g % 2 = 0
          FROM generate_series(0, 99) g
      """;
  private static final String RULE =
      """
      [[retention]]
      name = "sessions"
      table = "sessions"
      column = "at"
      older_than = "30d"
      where = "ended"
      """;

  @TempDir private Path folder;

  private Project project(ScratchDatabase database, String toml) throws Exception {
    Files.writeString(folder.resolve("gwdb.toml"), toml);
    return Project.in(folder).with(database);
  }

  /** With migrations of its own, none of them. */
  private String own(String toml) throws Exception {
    Files.createDirectories(folder.resolve("migrations"));
    return "[migrations]\ndirectory = \"migrations\"\nlayout = \"plain\"\n" + toml;
  }

  @Test
  void rulesSayWhatGoes(ScratchDatabase database) throws Exception {
    Sql.execute(database, SESSIONS);
    Project project = project(database, own(RULE));
    JsonNode dry = project.run("maintain", "run", "--dry-run", "--json").exits(0).json();
    assertThat(dry.at("/rules/0/rows").asInt()).isEqualTo(35);
    assertThat(dry.at("/rules/0/notes")).isEmpty();
    assertThat(project.run("maintain", "sessions", "--older-than", "0d").exits(2).err())
        .contains("would empty the table");
    assertThat(project.run("maintain", "sessions", "--older-than", "90d", "--dry-run").out())
        .containsPattern("sessions +sessions +\\S+Z +5 +-");
    Result done = project.run("maintain", "sessions").exits(0);
    assertThat(done.out()).containsPattern("sessions +sessions +\\S+Z +35 +0");
    assertThat(Sql.value(database, "SELECT count(*) FROM sessions")).isEqualTo("65");
    JsonNode again = project.run("maintain", "run", "--json").exits(0).json();
    assertThat(again.at("/rules/0/rows").asInt()).isZero();
    assertThat(again.at("/rules/0/longestBatchSeconds").isNumber()).isTrue();
  }

  @Test
  void theBuiltInSchemaHasRulesOfItsOwn(@Migrated ScratchDatabase database) throws Exception {
    Sql.execute(
        database,
        """
        INSERT INTO api_key_change (api_key_id, action, changed_at, changed_by, reason)
        SELECT gen_random_uuid(), 'create', now() - g * interval '190 days', 'c', 'r'
          FROM generate_series(0, 3) g
        """);
    Project project = project(database, "");
    JsonNode run = project.run("maintain", "run", "--json").exits(0).json();
    assertThat(run.get("rules").findValuesAsText("name")).containsExactly("refs", "usage");
    JsonNode volume = project.run("maintain", "audit-volume", "--json").exits(0).json();
    assertThat(volume.get("table").asText()).isEqualTo("api_key_change");
    assertThat(volume.get("rows").asInt()).isPositive();
    assertThat(volume.get("measured").asBoolean()).isFalse();
    assertThat(project.run("maintain", "audit-volume").exits(0).out())
        .contains("1 rows a day", "kept for 2557 days (sox)");

    assertThat(project.run("maintain", "audit-prune").exits(4).err())
        .contains("1 row of api_key_change from before", "--yes");
    assertThat(
            project
                .run("maintain", "audit-prune", "--older-than", "399d", "--yes")
                .exits(4)
                .errors())
        .containsExactly(
            "api_key_change is kept for 400 days at least (policy annual), and 399 days is less");
    assertThat(project.run("maintain", "audit-prune", "--yes").exits(0).out())
        .contains("1 deleted");
    assertThat(Sql.value(database, "SELECT count(*) FROM api_key_change")).isEqualTo("3");

    String early =
        """
        [[retention]]
        table = "api_key_change"
        column = "changed_at"
        older_than = "30d"
        """;
    project(database, early).run("maintain", "run").exits(4);
    assertThat(Sql.value(database, "SELECT count(*) FROM api_key_change")).isEqualTo("3");
  }

  @Test
  void aTableThatRefusesDeleteSaysWhatToDo(ScratchDatabase database) throws Exception {
    Sql.execute(
        database,
        """
        CREATE TABLE log (n bigint, at timestamptz);
        INSERT INTO log SELECT g, '2001-01-01' FROM generate_series(1, 500) g;
        CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF current_setting('log.prune', true) = 'on' THEN RETURN NULL; END IF;
            RAISE EXCEPTION 'log is append-only';
        END $$;
        CREATE TRIGGER guard BEFORE DELETE ON log FOR EACH STATEMENT EXECUTE FUNCTION no();
        CREATE FUNCTION prune(before timestamptz, most int) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE gone bigint; BEGIN
            SET LOCAL log.prune = 'on';
            DELETE FROM log WHERE at < before AND n <= (SELECT min(n) - 1 + most FROM log) AND n < 500;
            GET DIAGNOSTICS gone = ROW_COUNT;
            RETURN gone;
        END $$
        """);
    String audit = own("[audit]\ntable = \"log\"\ncolumn = \"at\"\n");
    Result refused = project(database, audit).run("maintain", "audit-prune", "--yes").exits(4);
    assertThat(refused.errors())
        .containsExactly("a trigger of log (guard) refuses: ERROR: log is append-only");
    assertThat(refused.err()).contains("audit.prune_function");

    Project missing = project(database, audit + "prune_function = \"nothing\"\n");
    assertThat(missing.run("maintain", "audit-prune", "--dry-run").exits(2).err())
        .contains("the function nothing(timestamp with time zone, integer) isn't there");

    Project pruned = project(database, audit + "prune_function = \"prune\"\n");
    Result done = pruned.run("maintain", "audit-prune", "--yes").exits(0);
    assertThat(done.out()).contains("499 deleted");
    assertThat(done.err()).contains("1 row left");
  }

  @Test
  void vacuumsAndBuildsIndexes(ScratchDatabase database) throws Exception {
    Sql.execute(database, SESSIONS);
    Sql.execute(database, "DELETE FROM sessions WHERE id < 50");
    // As a failed REINDEX CONCURRENTLY leaves it.
    Sql.execute(database, "CREATE INDEX sessions_at_idx_ccnew ON sessions (at)");
    Sql.execute(database, "CREATE INDEX wrong ON sessions (ended)");
    Sql.execute(
        database,
        "UPDATE pg_index SET indisvalid = false"
            + " WHERE indexrelid IN ('sessions_at_idx_ccnew'::regclass, 'wrong'::regclass)");
    Project project = project(database, own(""));
    assertThat(
            project
                .run("maintain", "vacuum", "--json")
                .exits(0)
                .json()
                .at("/tables/0/skipped")
                .isNull())
        .isTrue();
    assertThat(Sql.value(database, "SELECT reltuples FROM pg_class WHERE relname = 'sessions'"))
        .isEqualTo("50");
    project.run("maintain", "vacuum", "nothing").exits(2);
    project.run("maintain", "reindex", "nothing").exits(2);
    project.run("maintain", "reindex", "--dry-run").exits(0);
    Result done = project.run("maintain", "reindex", "sessions").exits(0);
    assertThat(done.out())
        .containsPattern("sessions_at_idx_ccnew +sessions +drop ")
        .containsPattern("wrong +sessions +rebuild ")
        .containsPattern("sessions_pkey +sessions +rebuild ");
    assertThat(
            Sql.value(
                database,
                "SELECT string_agg(indexrelid::regclass::text, ' ' ORDER BY indexrelid::regclass::text)"
                    + " FROM pg_index WHERE indrelid = 'sessions'::regclass AND indisvalid"))
        .isEqualTo("sessions_at_idx sessions_pkey wrong");
    assertThat(project.run("maintain", "reindex").exits(0).out()).contains("nothing to do");
  }

  @Test
  void ctrlCSaysHowFarItGot(ScratchDatabase database) throws Exception {
    Sql.execute(database, SESSIONS);
    Sql.execute(
        database,
        """
        CREATE TABLE child (session int REFERENCES sessions ON DELETE CASCADE);
        INSERT INTO child VALUES (98);
        CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_sleep(600); RETURN OLD;
        END $$;
        CREATE TABLE slow (at timestamptz);
        INSERT INTO slow VALUES ('2001-01-01');
        CREATE TRIGGER wait BEFORE DELETE ON slow FOR EACH ROW EXECUTE FUNCTION wait()
        """);
    String slow = "\n[[retention]]\ntable = \"slow\"\ncolumn = \"at\"\nolder_than = \"1d\"\n";
    Project project = project(database, own(RULE + slow));
    try (GwdbProcess process = project.process("maintain", "run")) {
      process.awaitText("triggers run on each deletion: wait");
      Result result = process.signal("INT").result().exits(130);
      assertThat(result.err()).contains("stopped: 35 rows of sessions are deleted and stay so");
    }
  }

  @Test
  void refusesBadUsage(ScratchDatabase database) throws Exception {
    String faulty =
        """
        [[retention]]
        table = "a"
        older_than = "1y"
        [[retention]]
        table = "a"
        column = "b"
        older_than = "0s"
        colunm = "b"
        [audit]
        policy = "none"
        """;
    assertThat(project(database, faulty).run("maintain", "run").exits(2).errors())
        .hasSize(6)
        .anyMatch(line -> line.contains("retention[0].older_than is \"1y\""))
        .anyMatch(line -> line.contains("retention[0].column is missing"))
        .anyMatch(line -> line.contains("retention[1].older_than is 0"))
        .anyMatch(line -> line.contains("unknown key retention[1].colunm; did you mean column?"))
        .anyMatch(line -> line.contains("audit.table is missing"));
    Project none = project(database, own(""));
    assertThat(none.run("maintain", "run").exits(2).err()).contains("[[retention]]");
    assertThat(none.run("maintain", "sessions").exits(2).err()).contains("name = \"sessions\"");
    assertThat(none.run("maintain", "audit-volume").exits(2).err()).contains("[audit]");
    none.run("maintain").exits(2);
    none.run("maintain", "vacuum", "--max-lag-mib", "-1").exits(2);
  }
}
