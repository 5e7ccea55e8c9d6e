package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Jvm;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import dev.gatewaydb.testing.ValidHistory;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Many migrate one database: one at a time, each migration once. */
@ExtendWith({ScratchPostgres.class, ValidHistory.class})
final class ConcurrentMigrateTest {
  private static final int VERSIONS = 5;

  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project = new Project(folder).with("V1__log.sql", "CREATE TABLE log (version int);");
    for (int version = 2; version <= VERSIONS; version++) {
      project.with("V" + version + "__log.sql", "INSERT INTO log VALUES (" + version + ");");
    }
    project.with(
        "V9__concurrently.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON log (version);");
  }

  private static void assertEachOnce(ScratchDatabase db) throws Exception {
    assertThat(Sql.rows(db, "SELECT version FROM log ORDER BY 1"))
        .containsExactly("2", "3", "4", "5");
    assertThat(Sql.rows(db, "SELECT version FROM flyway_schema_history ORDER BY installed_rank"))
        .containsExactly("1", "2", "3", "4", "5", "9");
  }

  private Migrator migrator(ScratchDatabase db, Duration lockWait, MigrationListener listener) {
    return new Migrator(
        db.dataSource(), project.set(), MigratorOptions.DEFAULT.withLockWait(lockWait), listener);
  }

  @Test
  void eightThreads(ScratchDatabase db) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<MigrateReport>> reports = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        reports.add(
            threads.submit(
                () -> {
                  start.await();
                  return project.migrator(db).migrate();
                }));
      }
      start.countDown();
      int applied = 0;
      for (Future<MigrateReport> report : reports) {
        applied += report.get(60, TimeUnit.SECONDS).applied().size();
      }
      assertThat(applied).isEqualTo(VERSIONS + 1);
    }
    assertEachOnce(db);
    project.stockFlyway(db).validate();
  }

  @Test
  @Timeout(300)
  void twentyProcesses(ScratchDatabase db) throws Exception {
    List<Jvm> processes = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    try (Connection gate = db.dataSource().getConnection()) {
      long key = new HistoryTable("public", MigratorOptions.DEFAULT.historyTable()).lockKey();
      Sql.execute(gate, "SELECT pg_advisory_lock(" + key + ")");
      String uri = db.settings().uri();
      String patient = uri + (uri.contains("?") ? "&" : "?") + "connect_timeout=120";
      for (int i = 0; i < 20; i++) {
        processes.add(Jvm.start(MigrateProcess.class, folder.toString()).write(patient));
      }
      for (Jvm process : processes) {
        process.awaitLine("waiting");
      }
      Sql.execute(gate, "SELECT pg_advisory_unlock(" + key + ")");
      for (Jvm process : processes) {
        outputs.add(process.awaitSuccess().lines().toList().getLast());
      }
    } finally {
      processes.forEach(Jvm::close);
    }

    assertThat(outputs).hasSize(20).containsOnlyOnce("applied 6");
    assertThat(outputs).filteredOn(output -> !output.equals("applied 6")).containsOnly("applied 0");
    assertEachOnce(db);
  }

  @Test
  void waitsForAStockFlywayAndSaysSo(ScratchDatabase db) throws Exception {
    project.with("V8__slow.sql", "SELECT pg_advisory_xact_lock(8);");
    List<String> heard = new CopyOnWriteArrayList<>();
    MigrationListener listener =
        new MigrationListener() {
          @Override
          public void waitingForLock(String holder, Duration waited) {
            heard.add(holder);
          }
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(2);
        Connection blocker = db.dataSource().getConnection()) {
      Sql.execute(blocker, "SELECT pg_advisory_lock(8)");
      // With its transactional lock, Flyway would hang on CONCURRENTLY by itself.
      FluentConfiguration configuration = project.configure(db.dataSource());
      configuration
          .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
          .setTransactionalLock(false);
      Future<Integer> stock =
          threads.submit(() -> configuration.load().migrate().migrationsExecuted);
      String waiters = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
      await().untilAsserted(() -> assertThat(Sql.rows(blocker, waiters)).hasSize(1));
      Future<MigrateReport> ours =
          threads.submit(() -> migrator(db, Duration.ofMinutes(1), listener).migrate());
      await().until(() -> !heard.isEmpty());
      Sql.execute(blocker, "SELECT pg_advisory_unlock(8)");

      // A stock Flyway gives its lock back after each migration, so that ours may do the last one.
      assertThat(stock.get(60, TimeUnit.SECONDS) + ours.get(60, TimeUnit.SECONDS).applied().size())
          .isEqualTo(VERSIONS + 2);
    }
    assertThat(heard).allMatch(holder -> holder.matches("pid \\d+ \\(.+\\)"));
    assertThat(Sql.rows(db, "SELECT version FROM log ORDER BY 1")).hasSize(VERSIONS - 1);
    assertThat(Sql.rows(db, "SELECT DISTINCT version FROM flyway_schema_history"))
        .hasSize(VERSIONS + 2);
  }

  @Test
  void givesUpWhenTheLockStaysTaken(ScratchDatabase db) throws Exception {
    try (Connection other = db.dataSource().getConnection()) {
      Sql.execute(other, "SET application_name = 'somebody else'");
      long key = new HistoryTable("public", MigratorOptions.DEFAULT.historyTable()).lockKey();
      Sql.execute(other, "SELECT pg_advisory_lock(" + key + ")");
      String pid = Sql.rows(other, "SELECT pg_backend_pid()").getFirst();

      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> migrator(db, Duration.ZERO, MigrationListener.SILENT).migrate())
          .withMessageContaining("pid " + pid + " (somebody else)")
          .satisfies(thrown -> assertThat(thrown.nextStep()).contains("pg_stat_activity"));
      assertThat(migrator(db, Duration.ZERO, MigrationListener.SILENT).status().pending())
          .hasSize(VERSIONS + 1);
    }
    String locks =
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"
            + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    await().until(() -> Sql.rows(db, locks).isEmpty());
    assertThat(migrator(db, Duration.ZERO, MigrationListener.SILENT).migrate().applied())
        .hasSize(VERSIONS + 1);
  }

  @Test
  void anotherHistoryTableIsAnotherLock(ScratchDatabase db) throws Exception {
    try (Connection other = db.dataSource().getConnection()) {
      long key = new HistoryTable("public", "other_history").lockKey();
      Sql.execute(other, "SELECT pg_advisory_lock(" + key + ")");

      assertThat(migrator(db, Duration.ZERO, MigrationListener.SILENT).migrate().applied())
          .isNotEmpty();
    }
  }

  @Test
  void anInterruptEndsTheWait(ScratchDatabase db) throws Exception {
    try (Connection other = db.dataSource().getConnection()) {
      long key = new HistoryTable("public", MigratorOptions.DEFAULT.historyTable()).lockKey();
      Sql.execute(other, "SELECT pg_advisory_lock(" + key + ")");
      List<Throwable> thrown = new ArrayList<>();
      CountDownLatch waiting = new CountDownLatch(1);
      MigrationListener listener =
          new MigrationListener() {
            @Override
            public void waitingForLock(String holder, Duration waited) {
              waiting.countDown();
            }
          };
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      migrator(db, Duration.ofMinutes(1), listener).migrate();
                    } catch (RuntimeException e) {
                      thrown.add(e);
                    }
                  });
      assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
      thread.interrupt();
      thread.join(Duration.ofSeconds(30));

      assertThat(thrown)
          .singleElement()
          .isInstanceOf(RefusedException.class)
          .asString()
          .contains("interrupted");
    }
  }
}
