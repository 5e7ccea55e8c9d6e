package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import dev.gatewaydb.testing.ValidHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is heard while a migration takes long. */
@ExtendWith({ScratchPostgres.class, ValidHistory.class})
final class ProgressTest {
  @TempDir private Path folder;
  private Project project;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private final MigrationListener listener =
      new MigrationListener() {
        @Override
        public void statement(int number, int of, int line) {
          heard.add("statement %d of %d, line %d".formatted(number, of, line));
        }

        @Override
        public void running(Duration elapsed, String progress) {
          heard.add("running " + progress.replaceFirst("(?<=building index).*", ""));
        }
      };

  @BeforeEach
  void write() {
    project =
        new Project(folder)
            .with(
                "V1__slow.sql",
                """
                CREATE TABLE t AS SELECT 1 AS id;
                CREATE FUNCTION slow(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
                  'BEGIN PERFORM pg_sleep(600); RETURN i; END';
                """);
  }

  /** Runs version 2, and ends it when all of this was heard in turn. */
  private void assertHeard(ScratchDatabase db, String... lines) throws Exception {
    Migrator migrator =
        new Migrator(db.dataSource(), project.set(), MigratorOptions.DEFAULT, listener);
    migrator.migrateTo("1");
    heard.clear();
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<GatewayDbException> run =
          thread.submit(() -> catchThrowableOfType(GatewayDbException.class, migrator::migrate));
      try {
        await().untilAsserted(() -> assertThat(heard).containsSequence(lines));
      } finally {
        Sql.execute(
            db,
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND wait_event = 'PgSleep'");
      }
      assertThat(run.get(30, TimeUnit.SECONDS)).hasMessageContaining("57014");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX i ON t (slow(id));",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (slow(id));",
        "-- no-transaction\nCREATE INDEX i ON t (slow(id));"
      })
  void anIndexTellsItsPhase(String sql, ScratchDatabase db) throws Exception {
    project.with("V2__i.sql", sql);
    int line = sql.startsWith("--") ? 2 : 1;
    assertHeard(
        db, "statement 1 of 1, line " + line, "running building index", "running building index");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--", "-- no-transaction"})
  void tellsWhichStatementTakesLong(String firstLine, ScratchDatabase db) throws Exception {
    project.with("V2__long.sql", firstLine + "\nSELECT 1;\n\nSELECT slow(2);\nSELECT 3;");
    assertHeard(db, "statement 1 of 3, line 2", "statement 2 of 3, line 4", "running ", "running ");
  }
}
