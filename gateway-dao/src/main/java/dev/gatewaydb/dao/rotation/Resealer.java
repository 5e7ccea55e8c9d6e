package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.SecretException.Code;
import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.crypto.RowBinding;
import dev.gatewaydb.dao.crypto.SecretBytes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides for each row what it becomes; opens every encrypted one to prove that it opens. */
final class Resealer {
  private final KeyRing ring;
  private final Goal goal;
  private final boolean encryptPlaintext;

  Resealer(KeyRing ring, Goal goal, boolean encryptPlaintext) {
    this.ring = ring;
    this.goal = goal;
    this.encryptPlaintext = encryptPlaintext;
  }

  /**
   * What a row becomes.
   *
   * @param version that the row has
   * @param fresh the new bytes; null when it stays or doesn't open
   * @param freshVersion with the new bytes
   * @param failure why it doesn't open; null when it does
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Outcome(
      @Nullable EncryptionVersion version,
      byte @Nullable [] fresh,
      @Nullable EncryptionVersion freshVersion,
      @Nullable Code failure) {}

  Outcome reseal(SecretTable table, StoredRow row) {
    Integer number = row.version();
    Optional<EncryptionVersion> known =
        number == null ? Optional.of(table.fixedVersion()) : EncryptionVersion.of(number);
    if (known.isEmpty() || (number == null && table.version().isPresent())) {
      return new Outcome(null, null, null, Code.UNKNOWN_VERSION);
    }
    EncryptionVersion version = known.get();
    RowBinding binding = new RowBinding(table.name(), table.column(), row.key(), row.tenant());
    try {
      if (version == EncryptionVersion.PLAINTEXT) {
        return encryptPlaintext ? sealedAnew(table, binding, row) : unchanged(version);
      }
      KeyRing.Opened opened = ring.openWithKey(table.format(), version, binding, row.secret());
      try (SecretBytes secret = opened.secret()) {
        EncryptionVersion wanted = goal == Goal.UPGRADE ? EncryptionVersion.TENANT_KEY : version;
        boolean change =
            switch (goal) {
              case VERIFY -> false;
              case UPGRADE -> version != wanted;
              case ROTATE -> opened.generation() != ring.currentGeneration();
            };
        if (!change) {
          return unchanged(version);
        }
        if (wanted == EncryptionVersion.TENANT_KEY && row.tenant().isEmpty()) {
          throw new SecretException(Code.MISSING_TENANT);
        }
        byte[] fresh = ring.seal(table.format(), wanted, binding, secret);
        return new Outcome(version, fresh, wanted, null);
      }
    } catch (SecretException e) {
      return new Outcome(version, null, null, e.code());
    }
  }

  private static Outcome unchanged(EncryptionVersion version) {
    return new Outcome(version, null, null, null);
  }

  private Outcome sealedAnew(SecretTable table, RowBinding binding, StoredRow row) {
    if (row.tenant().isEmpty()) {
      throw new SecretException(Code.MISSING_TENANT);
    }
    try (SecretBytes secret = SecretBytes.of(row.secret())) {
      EncryptionVersion wanted = EncryptionVersion.TENANT_KEY;
      byte[] fresh = ring.seal(table.format(), wanted, binding, secret);
      return new Outcome(EncryptionVersion.PLAINTEXT, fresh, wanted, null);
    }
  }
}
