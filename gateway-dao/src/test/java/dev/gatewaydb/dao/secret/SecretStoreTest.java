package dev.gatewaydb.dao.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.SecretException.Code;
import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.crypto.MasterKey;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.rotation.Goal;
import dev.gatewaydb.dao.rotation.Mode;
import dev.gatewaydb.dao.rotation.Rotation;
import dev.gatewaydb.dao.rotation.RotationListener;
import dev.gatewaydb.dao.rotation.RotationOptions;
import dev.gatewaydb.dao.rotation.SecretTable;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(ScratchPostgres.class)
final class SecretStoreTest {
  private static final MasterKey OLD = MasterKey.fromHex("OLD", "01".repeat(32));
  private static final MasterKey NEW = MasterKey.fromHex("NEW", "23".repeat(32));
  private static final SecretBytes VALUE = SecretBytes.ofUtf8("c4n4ry");

  private static EthereumAddress address(int last) {
    byte[] bytes = new byte[EthereumAddress.BYTES];
    bytes[19] = (byte) last;
    return EthereumAddress.of(bytes);
  }

  private static SecretId id(int client, int data, long chain) {
    return new SecretId(address(client), address(data), chain);
  }

  private static KeyRing ring(MasterKey key, MasterKey... reading) {
    KeyRing.Builder builder = KeyRing.builder(key).salt(new byte[] {1});
    List.of(reading).forEach(builder::reading);
    return builder.build();
  }

  private static SecretStore store(ScratchDatabase db, KeyRing ring) {
    return new SecretStore(db.dataSource(), ring, EncryptionVersion.TENANT_KEY);
  }

  private static void execute(ScratchDatabase db, String sql) throws SQLException {
    try (Connection connection = db.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @ParameterizedTest
  @EnumSource(value = EncryptionVersion.class, names = "PLAINTEXT", mode = EnumSource.Mode.EXCLUDE)
  void givesBackWhatWasStored(EncryptionVersion version, @Migrated ScratchDatabase db) {
    SecretStore store = new SecretStore(db.dataSource(), ring(OLD), version);
    SecretId id = id(1, 2, 3);
    assertThat(store.get(id)).isEmpty();
    assertThat(store.put(id, VALUE, SecretStore.NEW)).isEqualTo(1);
    SecretBytes second = SecretBytes.of(new byte[SecretStore.MOST_BYTES]);
    assertThat(store.put(id, second, 1)).isEqualTo(2);
    StoredSecret stored = store.get(id).orElseThrow();
    assertThat(stored.value()).isEqualTo(second);
    assertThat(stored.info().id()).isEqualTo(id);
    assertThat(stored.info().version()).isEqualTo(version);
    assertThat(stored.info().revision()).isEqualTo(2);
    assertThat(stored.info().updated()).isAfter(stored.info().created());
    assertThat(stored.toString()).doesNotContain("c4n4ry");
    store.delete(id, 2);
    assertThat(store.get(id)).isEmpty();
  }

  @Test
  void aLostUpdateIsAnError(@Migrated ScratchDatabase db) {
    SecretStore store = store(db, ring(OLD));
    SecretId id = id(1, 2, 3);
    assertThatThrownBy(() -> store.put(id, VALUE, 1)).isInstanceOf(ConflictException.class);
    store.put(id, VALUE, SecretStore.NEW);
    assertThatThrownBy(() -> store.put(id, VALUE, SecretStore.NEW))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("already");
    store.put(id, VALUE, 1);
    assertThatThrownBy(() -> store.put(id, VALUE, 1)).isInstanceOf(ConflictException.class);
    assertThatThrownBy(() -> store.delete(id, 1)).isInstanceOf(ConflictException.class);
    assertThat(store.get(id).orElseThrow().info().revision()).isEqualTo(2);
  }

  @Test
  void oneOfManyWritersWins(@Migrated ScratchDatabase db) throws Exception {
    SecretStore store = store(db, ring(OLD));
    SecretId id = id(1, 2, 3);
    List<Callable<Long>> writers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      writers.add(() -> store.put(id, VALUE, SecretStore.NEW));
    }
    int won = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(writers.size())) {
      for (var result : threads.invokeAll(writers)) {
        try {
          won += result.get().intValue();
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(ConflictException.class);
        }
      }
    }
    assertThat(won).isEqualTo(1);
  }

  @Test
  void aSecretCopiedToAnotherRowDoesNotOpen(@Migrated ScratchDatabase db) throws SQLException {
    SecretStore store = store(db, ring(OLD));
    store.put(id(1, 2, 3), VALUE, SecretStore.NEW);
    for (SecretId other : List.of(id(1, 2, 4), id(1, 3, 3), id(2, 2, 3), id(2, 1, 3))) {
      store.put(other, SecretBytes.ofUtf8("other"), SecretStore.NEW);
    }
    execute(
        db,
        "UPDATE policy_client_secret SET envelope = (SELECT envelope FROM policy_client_secret"
            + " ORDER BY policy_client_address, policy_data_address, chain_id LIMIT 1)");
    assertThat(store.get(id(1, 2, 3)).orElseThrow().value()).isEqualTo(VALUE);
    for (SecretId other : List.of(id(1, 2, 4), id(1, 3, 3), id(2, 2, 3), id(2, 1, 3))) {
      assertThatThrownBy(() -> store.get(other))
          .isInstanceOfSatisfying(
              SecretException.class, e -> assertThat(e.code()).isEqualTo(Code.NOT_AUTHENTIC));
    }
  }

  @Test
  void aRowThatClaimsToBePlaintextIsNotBelieved(@Migrated ScratchDatabase db) throws SQLException {
    SecretStore store = store(db, ring(OLD));
    store.put(id(1, 2, 3), VALUE, SecretStore.NEW);
    execute(
        db, "UPDATE policy_client_secret SET envelope = 'chosen by me', encryption_version = 0");
    assertThatThrownBy(() -> store.get(id(1, 2, 3)))
        .isInstanceOfSatisfying(
            SecretException.class, e -> assertThat(e.code()).isEqualTo(Code.PLAINTEXT));
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "DRY_RUN", mode = EnumSource.Mode.EXCLUDE)
  void rotationFindsTheRowsAndKeepsTheirRevision(Mode mode, @Migrated ScratchDatabase db) {
    store(db, ring(OLD)).put(id(1, 2, 3), VALUE, SecretStore.NEW);
    new SecretStore(db.dataSource(), ring(OLD), EncryptionVersion.MASTER_KEY)
        .put(id(1, 2, 4), VALUE, SecretStore.NEW);
    SecretStore both = store(db, ring(NEW, OLD));
    SecretInfo before = both.get(id(1, 2, 3)).orElseThrow().info();
    Rotation rotation =
        new Rotation(
            db.dataSource(),
            ring(NEW, OLD),
            List.of(SecretTable.POLICY_CLIENT_SECRET),
            RotationOptions.DEFAULT,
            RotationListener.NONE);
    assertThat(rotation.run(Goal.ROTATE, mode).tables().getFirst().changed()).isEqualTo(2);
    SecretStore after = store(db, ring(NEW));
    assertThat(after.get(id(1, 2, 3)).orElseThrow()).isEqualTo(new StoredSecret(before, VALUE));
    assertThat(after.get(id(1, 2, 4)).orElseThrow().value()).isEqualTo(VALUE);
  }

  @Test
  void listsInOrderWithoutOpening(@Migrated ScratchDatabase db) {
    SecretStore store = store(db, ring(OLD));
    List<SecretId> ids =
        List.of(id(1, 1, 0), id(1, 1, 5), id(1, 2, 0), id(2, 1, 0), id(0xFF, 1, 0));
    ids.reversed().forEach(id -> store.put(id, VALUE, SecretStore.NEW));
    SecretStore blind = store(db, ring(NEW));
    List<SecretId> paged = new ArrayList<>();
    Optional<SecretId> last = Optional.empty();
    for (List<SecretInfo> page = blind.list(Optional.empty(), last, 2);
        !page.isEmpty();
        page = blind.list(Optional.empty(), last, 2)) {
      page.forEach(info -> paged.add(info.id()));
      last = Optional.of(page.getLast().id());
    }
    assertThat(paged).isEqualTo(ids);
    assertThat(blind.list(Optional.of(address(1)), Optional.empty(), 1000)).hasSize(3);
    assertThatThrownBy(() -> blind.list(Optional.empty(), Optional.empty(), 0))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void refusesWhatIsTooLargeOrNegative(@Migrated ScratchDatabase db) {
    SecretStore store = store(db, ring(OLD));
    SecretBytes large = SecretBytes.of(new byte[SecretStore.MOST_BYTES + 1]);
    assertThatThrownBy(() -> store.put(id(1, 2, 3), large, SecretStore.NEW))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("65536");
    assertThatThrownBy(() -> id(1, 2, -1)).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(
            () -> new SecretStore(db.dataSource(), KeyRing.of(OLD), EncryptionVersion.TENANT_KEY))
        .isInstanceOf(InvalidInputException.class);
  }
}
