package dev.gatewaydb.dao.rotation;

import static dev.gatewaydb.dao.crypto.EncryptionVersion.MASTER_KEY;
import static dev.gatewaydb.dao.crypto.EncryptionVersion.TENANT_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.crypto.RowBinding;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.crypto.SecretFormat;
import dev.gatewaydb.dao.rotation.Phases.Phase;
import dev.gatewaydb.dao.rotation.RotationReport.TableReport;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Locks of others, tables with two secrets, and settings that get in the way. */
@ExtendWith(ScratchPostgres.class)
@Timeout(60)
final class RotationHazardsTest {
  private static Rotation rotation(ScratchDatabase db, Phases phases, SecretTable... tables) {
    return new Rotation(
        db.dataSource(),
        Secrets.BOTH,
        List.of(tables),
        RotationOptions.DEFAULT.withBatchRows(10),
        RotationListener.NONE,
        phases);
  }

  private static Secrets secrets(ScratchDatabase db, int rows) throws Exception {
    return new Secrets(db.dataSource(), "t", SecretFormat.ENVELOPE)
        .create()
        .fill(Secrets.BEFORE, 1, rows, MASTER_KEY, TENANT_KEY);
  }

  /** Until some connection waits for a lock. */
  private static void awaitBlocked(Secrets secrets) {
    await()
        .until(
            () -> secrets.rows("SELECT count(*) FROM pg_locks WHERE NOT granted"),
            waiting -> !waiting.equals(List.of("0")));
  }

  private static SecretTable column(String name) {
    return new SecretTable(
        "pairs", name, Optional.empty(), Optional.of("version"), MASTER_KEY, SecretFormat.ENVELOPE);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void twoColumnsOfOneTable(Mode mode, ScratchDatabase db) throws Exception {
    Secrets any = new Secrets(db.dataSource(), "t", SecretFormat.ENVELOPE);
    any.execute("CREATE TABLE pairs (id int PRIMARY KEY, version int, a bytea, b bytea)");
    for (int id = 1; id <= 25; id++) {
      String row = "INSERT INTO pairs VALUES (%d, 1".formatted(id);
      for (String name : List.of("a", "b")) {
        RowBinding binding =
            new RowBinding("pairs", name, List.of(Integer.toString(id)), Optional.empty());
        byte[] sealed =
            Secrets.BEFORE.seal(
                SecretFormat.ENVELOPE, MASTER_KEY, binding, SecretBytes.ofUtf8(name + id));
        row += ", '\\x%s'".formatted(HexFormat.of().formatHex(sealed));
      }
      any.execute(row + ")");
    }
    Rotation rotation = rotation(db, phase -> {}, column("a"), column("b"));
    assertThat(rotation.run(Goal.ROTATE, mode).tables())
        .extracting(TableReport::changed)
        .containsExactly(25L, 25L);
    assertThat(rotation.run(Goal.ROTATE, Mode.DRY_RUN).tables())
        .extracting(TableReport::changed)
        .containsOnly(mode == Mode.DRY_RUN ? 25L : 0L);
    assertThat(rotation.run(Goal.VERIFY, mode).failed()).isZero();

    assertThatThrownBy(() -> rotation.run(Goal.UPGRADE, mode))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "pairs.a and pairs.b share the version column version, so neither can get another version");
    assertThatThrownBy(
            () -> rotation(db, phase -> {}, column("a"), column("a")).run(Goal.ROTATE, mode))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("pairs.a is listed twice");
  }

  /** Its reading would queue behind the ALTER TABLE that waits for its writing. */
  @Test
  void anAlterTableThatWaitsIsNoDeadlock(ScratchDatabase db) throws Exception {
    Secrets secrets = secrets(db, 30);
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<?>[] alter = new Future<?>[1];
      Phases altering =
          phase -> {
            if (phase == Phase.LOCKED) {
              alter[0] =
                  thread.submit(
                      () -> {
                        secrets.execute("ALTER TABLE t ADD COLUMN more int");
                        return null;
                      });
              awaitBlocked(secrets);
            }
          };
      RotationReport report =
          rotation(db, altering, secrets.table()).run(Goal.ROTATE, Mode.ONE_TRANSACTION);
      assertThat(report.tables().getFirst().changed()).isEqualTo(30);
      alter[0].get();
    }
    assertThat(secrets.opened()).isEqualTo(Map.of("new v1", 15, "new v2", 15));
  }

  /** The server ends the run's transaction, as the writer has a patience without end. */
  @Test
  void aDeadlockWithAWriterIsGotOver(ScratchDatabase db) throws Exception {
    Secrets secrets = secrets(db, 30);
    try (ExecutorService thread = Executors.newSingleThreadExecutor();
        Connection writer = db.dataSource().getConnection();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("SET LOCAL deadlock_timeout = '1h'");
      statement.execute("UPDATE t SET note = 'first' WHERE id = 19");
      Future<RotationReport> run =
          thread.submit(
              () -> rotation(db, phase -> {}, secrets.table()).run(Goal.ROTATE, Mode.ONLINE));
      awaitBlocked(secrets);
      statement.execute("UPDATE t SET note = 'second' WHERE id = 11");
      writer.commit();
      assertThat(run.get().failed()).isZero();
    }
    assertThat(secrets.opened()).isEqualTo(Map.of("new v1", 15, "new v2", 15));
    assertThat(secrets.rows("SELECT id, note FROM t WHERE note IS NOT NULL ORDER BY 1"))
        .containsExactly("11|second", "19|first");
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aDatabaseThatDefaultsToSerializable(Mode mode, ScratchDatabase db) throws Exception {
    Secrets secrets = secrets(db, 30);
    secrets.execute(
        "ALTER DATABASE %s SET default_transaction_isolation = serializable".formatted(db.name()));
    Phases writes =
        phase -> {
          if (phase == Phase.BATCH_COMMITTED || phase == Phase.FIRST_PASS_DONE) {
            try {
              secrets.execute("UPDATE t SET note = note || 'x'");
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    RotationReport report = rotation(db, writes, secrets.table()).run(Goal.ROTATE, mode);
    assertThat(report.tables().getFirst().changed()).isEqualTo(30);
    String key = mode == Mode.DRY_RUN ? "old" : "new";
    assertThat(secrets.opened()).isEqualTo(Map.of(key + " v1", 15, key + " v2", 15));
  }
}
