package dev.gatewaydb.dao.rotation;

import static dev.gatewaydb.dao.crypto.EncryptionVersion.MASTER_KEY;
import static dev.gatewaydb.dao.crypto.EncryptionVersion.TENANT_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.crypto.SecretFormat;
import dev.gatewaydb.dao.rotation.Phases.Phase;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs beside each other and beside writers. */
@ExtendWith(ScratchPostgres.class)
final class ConcurrentRotationTest {
  private static Secrets secrets(ScratchDatabase db, SecretFormat format, int rows)
      throws Exception {
    return new Secrets(db.dataSource(), "t", format)
        .create()
        .fill(Secrets.BEFORE, 1, rows, MASTER_KEY, TENANT_KEY);
  }

  private static Rotation rotation(ScratchDatabase db, Secrets secrets, int batch, Phases phases) {
    return new Rotation(
        db.dataSource(),
        Secrets.BOTH,
        List.of(secrets.table()),
        RotationOptions.DEFAULT.withBatchRows(batch),
        RotationListener.NONE,
        phases);
  }

  /** A service that knows both keys, or only the old one, stores a value. */
  private static void store(
      ScratchDatabase db, Secrets secrets, KeyRing ring, long id, String value) throws Exception {
    EncryptionVersion version = id % 2 == 0 ? MASTER_KEY : TENANT_KEY;
    byte[] sealed =
        ring.seal(
            secrets.table().format(), version, secrets.binding(id), SecretBytes.ofUtf8(value));
    try (Connection connection = db.dataSource().getConnection();
        PreparedStatement statement =
            connection.prepareStatement("UPDATE t SET secret = ? WHERE id = ?")) {
      statement.setBytes(1, sealed);
      statement.setLong(2, id);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }

  private static Map<Long, String> values(ScratchDatabase db, Secrets secrets, KeyRing ring)
      throws Exception {
    Map<Long, String> values = new HashMap<>();
    try (Connection connection = db.dataSource().getConnection();
        PreparedStatement statement =
            connection.prepareStatement("SELECT id, version, secret FROM t");
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        SecretBytes secret =
            ring.open(
                secrets.table().format(),
                EncryptionVersion.of(row.getInt(2)).orElseThrow(),
                secrets.binding(row.getLong(1)),
                row.getBytes(3));
        values.put(row.getLong(1), new String(secret.reveal(), StandardCharsets.UTF_8));
      }
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "DRY_RUN", mode = EnumSource.Mode.EXCLUDE)
  void aSecondRunIsRefusedAndNamesTheFirst(Mode mode, ScratchDatabase db) throws Exception {
    Secrets secrets = secrets(db, SecretFormat.ENVELOPE, 10);
    List<Throwable> refused = new ArrayList<>();
    rotation(
            db,
            secrets,
            10,
            phase -> {
              if (phase == Phase.LOCKED) {
                for (Mode other : List.of(Mode.ONE_TRANSACTION, Mode.ONLINE)) {
                  try {
                    rotation(db, secrets, 10, none -> {}).run(Goal.ROTATE, other);
                  } catch (ConflictException e) {
                    refused.add(e);
                  }
                }
              }
            })
        .run(Goal.ROTATE, mode);
    assertThat(refused)
        .hasSize(2)
        .allSatisfy(
            e -> assertThat(e).hasMessageContaining("another run").hasMessageContaining("process"));
    assertThat(secrets.opened()).isEqualTo(Map.of("new v1", 5, "new v2", 5));
    assertThat(rotation(db, secrets, 10, none -> {}).run(Goal.ROTATE, mode).failed()).isZero();
  }

  /** As where a pooler hands the lock's session to somebody else: the work itself tells. */
  @Test
  void aRunThatLostItsWorkToAnotherStops(ScratchDatabase db) throws Exception {
    Secrets secrets = secrets(db, SecretFormat.ENVELOPE, 40);
    Phases takenOver =
        new Phases() {
          private int batches;

          @Override
          public void reached(Phase phase) {
            if (phase == Phase.BATCH_COMMITTED && ++batches == 2) {
              try {
                secrets.execute("UPDATE gwdb_secret_rotation SET run = gen_random_uuid()");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };
    assertThatThrownBy(() -> rotation(db, secrets, 10, takenOver).run(Goal.ROTATE, Mode.ONLINE))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("taken over");
    assertThat(secrets.opened().get("new v1")).isEqualTo(10);
  }

  /** Before, in and behind the batch that is being written, with the new key and the old one. */
  @ParameterizedTest
  @EnumSource(SecretFormat.class)
  void whatIsWrittenMeanwhileStaysAndGetsTheNewKey(SecretFormat format, ScratchDatabase db)
      throws Exception {
    Secrets secrets = secrets(db, format, 60);
    Phases writer =
        new Phases() {
          private int batches;

          @Override
          public void reached(Phase phase) {
            if (phase == Phase.BATCH_COMMITTED && ++batches == 2) {
              try {
                for (long id : new long[] {5, 21, 28, 33, 55}) {
                  store(db, secrets, Secrets.BOTH, id, secrets.plaintext(id) + " new");
                }
                for (long id : new long[] {6, 22, 29, 34, 56}) {
                  store(db, secrets, Secrets.BEFORE, id, secrets.plaintext(id) + " old");
                }
                secrets.execute("DELETE FROM t WHERE id IN (7, 23, 57)");
                secrets.execute("UPDATE t SET note = 'moved' WHERE id IN (24, 25, 58)");
                secrets.fill(Secrets.BEFORE, 0, 0, MASTER_KEY);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }
          }
        };
    RotationReport report = rotation(db, secrets, 10, writer).run(Goal.ROTATE, Mode.ONLINE);
    assertThat(report.failed()).isZero();
    Map<Long, String> values = values(db, secrets, Secrets.AFTER);
    assertThat(values).hasSize(58);
    for (Map.Entry<Long, String> entry : values.entrySet()) {
      long id = entry.getKey();
      String end =
          List.of(5L, 21L, 28L, 33L, 55L).contains(id)
              ? " new"
              : List.of(6L, 22L, 29L, 34L, 56L).contains(id) ? " old" : "";
      assertThat(entry.getValue()).isEqualTo(secrets.plaintext(id) + end);
    }
  }

  @Test
  void aBusyWriterLosesNothing(ScratchDatabase db) throws Exception {
    int rows = 500;
    Secrets secrets = secrets(db, SecretFormat.ENVELOPE, rows);
    Map<Long, String> written = new HashMap<>();
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      Future<?> writer =
          thread.submit(
              () -> {
                for (long turn = 0; !done.get(); turn++) {
                  long id = 1 + turn * 37 % rows;
                  String value = secrets.plaintext(id) + " " + turn;
                  store(db, secrets, Secrets.BOTH, id, value);
                  written.put(id, value);
                }
                return null;
              });
      for (int round = 0; round < 3; round++) {
        KeyRing back =
            Secrets.builder(round % 2 == 0 ? Secrets.NEW : Secrets.OLD)
                .reading(round % 2 == 0 ? Secrets.OLD : Secrets.NEW)
                .build();
        try {
          new Rotation(
                  db.dataSource(),
                  back,
                  List.of(secrets.table()),
                  RotationOptions.DEFAULT.withBatchRows(20),
                  RotationListener.NONE)
              .run(Goal.ROTATE, Mode.ONLINE);
        } catch (ConflictException e) {
          // On the way back the writer's key is the old one: there is no end, and it says so.
          assertThat(round).isEqualTo(1);
        }
      }
      done.set(true);
      writer.get();
    }
    assertThat(written).isNotEmpty();
    Map<Long, String> values = values(db, secrets, Secrets.AFTER);
    for (long id = 1; id <= rows; id++) {
      assertThat(values).containsEntry(id, written.getOrDefault(id, secrets.plaintext(id)));
    }
  }
}
