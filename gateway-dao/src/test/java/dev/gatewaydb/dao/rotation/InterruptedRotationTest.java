package dev.gatewaydb.dao.rotation;

import static dev.gatewaydb.dao.crypto.EncryptionVersion.MASTER_KEY;
import static dev.gatewaydb.dao.crypto.EncryptionVersion.TENANT_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.crypto.SecretFormat;
import dev.gatewaydb.dao.rotation.Phases.Phase;
import dev.gatewaydb.dao.rotation.RotationReport.TableReport;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever ends a run, every secret opens with exactly one key, and the next run does the rest. */
@ExtendWith(ScratchPostgres.class)
final class InterruptedRotationTest {
  private static final int ROWS = 40;
  private static final String OTHERS =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
          + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

  private static Secrets secrets(DataSource dataSource) throws Exception {
    return new Secrets(dataSource, "t", SecretFormat.ENVELOPE)
        .create()
        .fill(Secrets.BEFORE, 1, ROWS, MASTER_KEY, TENANT_KEY);
  }

  private static KeyRing ring(Goal goal) {
    return goal == Goal.ROTATE ? Secrets.BOTH : Secrets.BEFORE;
  }

  private static Rotation rotation(DataSource dataSource, Goal goal, Secrets secrets, Phases at) {
    return new Rotation(
        dataSource,
        ring(goal),
        List.of(secrets.table()),
        RotationOptions.DEFAULT.withBatchRows(10),
        RotationListener.NONE,
        at);
  }

  /** All rows in one of the two states a row may be in, and how many are done. */
  private static int done(Goal goal, Secrets secrets) throws Exception {
    return done(goal, secrets, ROWS);
  }

  private static int done(Goal goal, Secrets secrets, int rows) throws Exception {
    Map<String, Integer> opened = secrets.opened();
    assertThat(opened.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(rows);
    if (goal == Goal.ROTATE) {
      return opened.getOrDefault("new v1", 0) + opened.getOrDefault("new v2", 0);
    }
    assertThat(opened.keySet()).isSubsetOf("old v1", "old v2");
    return opened.getOrDefault("old v2", 0) - ROWS / 2;
  }

  private static void finishes(DataSource dataSource, Goal goal, Mode mode, Secrets secrets)
      throws Exception {
    int before = done(goal, secrets);
    int all = goal == Goal.ROTATE ? ROWS : ROWS / 2;
    TableReport report =
        rotation(dataSource, goal, secrets, phase -> {}).run(goal, mode).tables().getFirst();
    assertThat(report.failed()).isZero();
    assertThat(report.total()).isEqualTo(ROWS);
    assertThat(report.changed()).isBetween((long) all - before, (long) all);
    assertThat(done(goal, secrets)).isEqualTo(all);
    assertThat(
            rotation(dataSource, goal, secrets, phase -> {})
                .run(goal, mode)
                .tables()
                .getFirst()
                .changed())
        .isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "ROTATE,  ONE_TRANSACTION, LOCKED,          1,  0,  0",
    "ROTATE,  ONE_TRANSACTION, BATCH_WRITTEN,   2,  0,  0",
    "ROTATE,  ONE_TRANSACTION, BEFORE_COMMIT,   1,  0,  0",
    "ROTATE,  ONE_TRANSACTION, FINISHED,        1, 40, 40",
    "UPGRADE, ONE_TRANSACTION, LOCKED,          1,  0,  0",
    "UPGRADE, ONE_TRANSACTION, BATCH_WRITTEN,   2,  0,  0",
    "UPGRADE, ONE_TRANSACTION, BEFORE_COMMIT,   1,  0,  0",
    "UPGRADE, ONE_TRANSACTION, FINISHED,        1, 20, 20",
    "UPGRADE, ONLINE,          LOCKED,          1,  0,  0",
    "UPGRADE, ONLINE,          BATCH_WRITTEN,   3, 10, 10",
    "UPGRADE, ONLINE,          FIRST_PASS_DONE, 1, 20, 20",
    "ROTATE,  ONLINE,          LOCKED,          1,  0,  0",
    "ROTATE,  ONLINE,          BATCH_WRITTEN,   3, 20, 20",
    "ROTATE,  ONLINE,          BATCH_COMMITTED, 2, 20, 20",
    "ROTATE,  ONLINE,          FINISHED,        1, 40, 40",
    "UPGRADE, ONLINE,          BATCH_COMMITTED, 2, 10, 10",
    "ROTATE,  ONLINE,          FIRST_PASS_DONE, 1, 40, 40",
    "UPGRADE, ONLINE,          FINISHED,        1, 20, 20",
  })
  void aKillInAnyPhase(
      Goal goal, Mode mode, Phase phase, int times, int least, int most, ScratchDatabase db)
      throws Exception {
    Secrets secrets = secrets(db.dataSource());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RotationProcess.class.getName(),
                db.settings().uri(),
                goal.name(),
                mode.name(),
                phase.name(),
                Integer.toString(times))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(output.readLine()).isEqualTo(RotationProcess.REACHED);
    } finally {
      // kill -9
      process.destroyForcibly().waitFor();
    }
    await().until(() -> secrets.rows(OTHERS), List.of("0")::equals);
    assertThat(done(goal, secrets)).isBetween(least, most);
    finishes(db.dataSource(), goal, mode, secrets);
  }

  /** Stopped after its second batch, of four. */
  private static void stop(DataSource dataSource, Secrets secrets) {
    RuntimeException stop = new IllegalStateException("stop");
    Phases twoBatches =
        new Phases() {
          private int batches;

          @Override
          public void reached(Phase phase) {
            if (phase == Phase.BATCH_COMMITTED && ++batches == 2) {
              throw stop;
            }
          }
        };
    assertThatThrownBy(
            () ->
                rotation(dataSource, Goal.ROTATE, secrets, twoBatches)
                    .run(Goal.ROTATE, Mode.ONLINE))
        .isSameAs(stop);
  }

  @Test
  void goesOnWhereItWasAndSaysSo(ScratchDatabase db) throws Exception {
    Secrets secrets = secrets(db.dataSource());
    stop(db.dataSource(), secrets);
    List<Long> resumed = new ArrayList<>();
    TableReport report =
        new Rotation(
                db.dataSource(),
                Secrets.BOTH,
                List.of(secrets.table()),
                RotationOptions.DEFAULT.withBatchRows(10),
                new RotationListener() {
                  @Override
                  public void resumed(String table, long done) {
                    resumed.add(done);
                  }
                })
            .run(Goal.ROTATE, Mode.ONLINE)
            .tables()
            .getFirst();
    assertThat(resumed).containsExactly(20L);
    assertThat(report.total()).isEqualTo(ROWS);
    assertThat(report.changed()).isEqualTo(ROWS);
    assertThat(report.failed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPoisonedRowIsLookedAtAgain(boolean corrected, ScratchDatabase db) throws Exception {
    Secrets secrets = secrets(db.dataSource());
    secrets.execute("CREATE TABLE good AS SELECT secret FROM t WHERE id = 3");
    secrets.execute("UPDATE t SET secret = '' WHERE id = 3");
    stop(db.dataSource(), secrets);
    if (corrected) {
      secrets.execute("UPDATE t SET secret = (SELECT secret FROM good) WHERE id = 3");
    }
    TableReport report =
        rotation(db.dataSource(), Goal.ROTATE, secrets, phase -> {})
            .run(Goal.ROTATE, Mode.ONLINE)
            .tables()
            .getFirst();
    assertThat(report.total()).isEqualTo(ROWS);
    assertThat(report.failed()).isEqualTo(corrected ? 0 : 1);
    assertThat(secrets.rows("SELECT row_key[1] FROM gwdb_secret_quarantine"))
        .isEqualTo(corrected ? List.of() : List.of("3"));
    secrets.execute("DELETE FROM t WHERE secret = ''");
    assertThat(done(Goal.ROTATE, secrets, corrected ? ROWS : ROWS - 1))
        .isEqualTo(corrected ? ROWS : ROWS - 1);
  }
}
