package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Jvm;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Killed again and again, a run of migrations ends as one that nobody disturbed. */
@ExtendWith(ScratchPostgres.class)
final class KillTest {
  private static final int MIGRATIONS = 20;
  private static final int KILLS = 4;
  private static final String SCHEMA =
      """
      SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), i.indisvalid
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        LEFT JOIN pg_index i ON i.indexrelid = c.oid
       WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1, 3
      """;

  @TempDir private Path folder;

  private Project project() {
    Project project = new Project(folder).with("V1__log.sql", "CREATE TABLE log (v int);");
    for (int version = 2; version <= MIGRATIONS; version++) {
      String sql =
          "INSERT INTO log VALUES (%1$d);\nSELECT pg_sleep(0.02);\nCREATE TABLE t%1$d (id int);"
              .formatted(version);
      project.with("V" + version + "__step.sql", sql);
    }
    return project
        .with("V8__step.sql", "CREATE INDEX CONCURRENTLY i8 ON log (v);")
        .with(
            "V14__step.sql",
            "-- no-transaction\nINSERT INTO log VALUES (14);\nSELECT pg_sleep(0.02);\n"
                + "CREATE INDEX CONCURRENTLY i14 ON log (v);\nINSERT INTO log VALUES (114);");
  }

  @Test
  void endsAsAnUnbrokenRun(ScratchDatabase broken, ScratchDatabase unbroken) throws Exception {
    Project project = project();
    project.migrator(unbroken).migrate();
    for (int kill = 1; kill <= KILLS; kill++) {
      int from = kill * MIGRATIONS / (KILLS + 2);
      int rows = ThreadLocalRandom.current().nextInt(from, from + 3);
      try (Jvm process =
          Jvm.start(MigrateProcess.class, folder.toString()).write(broken.settings().uri())) {
        await()
            .pollInterval(Duration.ofMillis(5))
            .atMost(Duration.ofSeconds(20))
            .until(() -> applied(broken) >= rows || !process.handle().isAlive());
        process.kill("KILL");
      }
    }
    project.migrator(broken).migrate();

    assertThat(Sql.rows(broken, SCHEMA)).isEqualTo(Sql.rows(unbroken, SCHEMA));
    String log = "SELECT v FROM log ORDER BY 1";
    assertThat(Sql.rows(broken, log)).isEqualTo(Sql.rows(unbroken, log)).doesNotHaveDuplicates();
    assertThat(
            Sql.rows(
                broken,
                "SELECT version, count(*), bool_and(success) FROM flyway_schema_history"
                    + " GROUP BY 1 HAVING count(*) = 1 AND bool_and(success)"))
        .hasSize(MIGRATIONS);
    assertThat(Sql.rows(broken, "SELECT state FROM gwdb_journal")).containsOnly("cleared");
    project.stockFlyway(broken).validate();
    assertThat(project.migrator(broken).migrate().applied()).isEmpty();
  }

  private static int applied(ScratchDatabase db) throws Exception {
    List<String> table = Sql.rows(db, "SELECT to_regclass('flyway_schema_history')");
    return table.equals(List.of("null"))
        ? 0
        : Integer.parseInt(Sql.rows(db, "SELECT count(*) FROM flyway_schema_history").getFirst());
  }
}
