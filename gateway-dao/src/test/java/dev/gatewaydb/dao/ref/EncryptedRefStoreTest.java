package dev.gatewaydb.dao.ref;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ScratchPostgres.class)
final class EncryptedRefStoreTest {
  private static final EthereumAddress SENDER = address(1);
  private static final EthereumAddress CLIENT = address(2);
  private static final PublicKey RECIPIENT = RefSealing.publicKey(RefSealing.newPrivateKey());
  private static final RefScope SCOPE = new RefScope(SENDER, CLIENT, RECIPIENT);
  private static final RefEnvelope ENVELOPE =
      RefSealing.seal(RECIPIENT, CLIENT, 7, new byte[0], SecretBytes.ofUtf8("c4n4ry"));

  private static EthereumAddress address(int last) {
    byte[] bytes = new byte[EthereumAddress.BYTES];
    bytes[19] = (byte) last;
    return EthereumAddress.of(bytes);
  }

  private static void execute(ScratchDatabase db, String sql) throws SQLException {
    try (Connection connection = db.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static UUID put(ScratchDatabase db) {
    return new EncryptedRefStore(db.dataSource())
        .put(SCOPE, ENVELOPE, Optional.empty(), Optional.empty());
  }

  @Test
  void resolvesInItsScopeAlone(@Migrated ScratchDatabase db) {
    EncryptedRefStore store = new EncryptedRefStore(db.dataSource());
    UUID id = put(db);
    assertThat(store.resolve(id, SCOPE)).hasValue(ENVELOPE.bytes());
    PublicKey other = RefSealing.publicKey(RefSealing.newPrivateKey());
    for (RefScope scope :
        List.of(
            new RefScope(address(3), CLIENT, RECIPIENT),
            new RefScope(SENDER, SENDER, RECIPIENT),
            new RefScope(SENDER, CLIENT, other))) {
      assertThat(store.resolve(id, scope)).isEmpty();
    }
    assertThat(store.resolve(new UUID(0, 0), SCOPE)).isEmpty();
  }

  @Test
  void whatHasExpiredIsGone(@Migrated ScratchDatabase db) throws SQLException {
    EncryptedRefStore store = new EncryptedRefStore(db.dataSource());
    UUID lasting = put(db);
    UUID mortal = store.put(SCOPE, ENVELOPE, Optional.empty(), Optional.of(Duration.ofHours(1)));
    RefInfo info =
        store.list(false, Optional.empty(), 1000).stream()
            .filter(ref -> ref.id().equals(mortal))
            .findAny()
            .orElseThrow();
    assertThat(Duration.between(info.created(), info.expires().orElseThrow()))
        .isEqualTo(Duration.ofHours(1));
    assertThat(info.chainId()).hasValue(7L);
    assertThat(info.bytes()).isEqualTo(ENVELOPE.bytes().length);
    assertThat(store.resolve(mortal, SCOPE)).isPresent();
    assertThat(store.expired()).isZero();
    execute(db, "UPDATE encrypted_data_refs SET expires_at = now() WHERE expires_at IS NOT NULL");
    assertThat(store.resolve(mortal, SCOPE)).isEmpty();
    assertThat(store.list(true, Optional.empty(), 10))
        .extracting(RefInfo::id)
        .containsExactly(mortal);
    assertThat(store.expired()).isEqualTo(1);
    assertThat(store.purge()).isEqualTo(1);
    assertThat(store.purge()).isZero();
    assertThat(store.list(false, Optional.empty(), 10))
        .extracting(RefInfo::id)
        .containsExactly(lasting);
  }

  @Test
  void purgesMoreThanOneHandful(@Migrated ScratchDatabase db) throws SQLException {
    put(db);
    execute(
        db,
        "INSERT INTO encrypted_data_refs (sender_address, policy_client_address, recipient_pubkey,"
            + " envelope, expires_at) SELECT sender_address, policy_client_address,"
            + " recipient_pubkey, envelope, now() FROM encrypted_data_refs, generate_series(1, 2500)");
    EncryptedRefStore store = new EncryptedRefStore(db.dataSource());
    assertThat(store.list(true, Optional.empty(), 1000)).hasSize(1000);
    assertThat(store.purge()).isEqualTo(2500);
    assertThat(store.list(false, Optional.empty(), 1000)).hasSize(1);
  }

  @Test
  void scopeAndLifeHaveToFit(@Migrated ScratchDatabase db) {
    EncryptedRefStore store = new EncryptedRefStore(db.dataSource());
    PublicKey other = RefSealing.publicKey(RefSealing.newPrivateKey());
    assertThatThrownBy(
            () ->
                store.put(
                    new RefScope(SENDER, SENDER, RECIPIENT),
                    ENVELOPE,
                    Optional.empty(),
                    Optional.empty()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("policy client");
    assertThatThrownBy(
            () ->
                store.put(
                    new RefScope(SENDER, CLIENT, other),
                    ENVELOPE,
                    Optional.empty(),
                    Optional.empty()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("recipient");
    for (Duration life :
        List.of(
            Duration.ZERO,
            Duration.ofSeconds(-1),
            Duration.ofMillis(1500),
            EncryptedRefStore.LONGEST_LIFE.plusSeconds(1),
            Duration.ofSeconds(Long.MAX_VALUE))) {
      assertThatThrownBy(() -> store.put(SCOPE, ENVELOPE, Optional.empty(), Optional.of(life)))
          .isInstanceOf(InvalidInputException.class);
    }
    assertThat(store.list(false, Optional.empty(), 10)).isEmpty();
  }

  /** Signed by the JDK, over bytes put together by hand from the documentation. */
  @Test
  void aSignatureIsVerifiedWhereThereIsAKey(@Migrated ScratchDatabase db) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] encoded = pair.getPublic().getEncoded();
    PublicKey senderKey =
        PublicKey.of(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    String form =
        "00000021"
            + HexFormat.of()
                .formatHex("gateway-db encrypted reference v1".getBytes(StandardCharsets.US_ASCII))
            + "00000014"
            + "00".repeat(19)
            + "01"
            + "00000014"
            + "00".repeat(19)
            + "02"
            + "00000020"
            + RECIPIENT
            + "00000008"
            + "000000000000003c"
            + "%08x".formatted(ENVELOPE.bytes().length)
            + HexFormat.of().formatHex(ENVELOPE.bytes());
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(pair.getPrivate());
    signer.update(HexFormat.of().parseHex(form));
    byte[] signature = signer.sign();

    EncryptedRefStore store = new EncryptedRefStore(db.dataSource());
    Optional<Duration> life = Optional.of(Duration.ofMinutes(1));
    RefSignature good = RefSignature.of(signature, Optional.of(senderKey));
    assertThat(store.resolve(store.put(SCOPE, ENVELOPE, Optional.of(good), life), SCOPE))
        .isPresent();
    assertThatThrownBy(() -> store.put(SCOPE, ENVELOPE, Optional.of(good), Optional.empty()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("signature");
    for (int bit = 0; bit < 8 * signature.length; bit++) {
      byte[] changed = signature.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      RefSignature wrong = RefSignature.of(changed, Optional.of(senderKey));
      assertThatThrownBy(() -> store.put(SCOPE, ENVELOPE, Optional.of(wrong), life))
          .isInstanceOf(InvalidInputException.class);
    }
    RefSignature unknown = RefSignature.of(new byte[64], Optional.empty());
    assertThat(store.put(SCOPE, ENVELOPE, Optional.of(unknown), life)).isNotNull();
    assertThatThrownBy(() -> RefSignature.of(new byte[63], Optional.empty()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("64 bytes, not 63");
    assertThat(store.list(false, Optional.empty(), 10)).hasSize(2);
  }
}
