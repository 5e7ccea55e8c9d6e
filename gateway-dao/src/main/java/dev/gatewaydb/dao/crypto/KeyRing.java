package dev.gatewaydb.dao.crypto;

import com.google.crypto.tink.Aead;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.SecretException.Code;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The master keys that are in use: one that writes, and those that still read. Seals and opens
 * secrets. Safe for many threads.
 *
 * <p>Keys in use live in Tink's objects, which can't be wiped, for as long as the ring does.
 */
public final class KeyRing {
  /** What stands before the tenant in HKDF's info, where a project says nothing else. */
  public static final String TENANT_LABEL = "gateway-db tenant key:";

  private final Map<Integer, RingKey> keys;
  private final Set<Integer> disabled;
  private final RingKey current;
  private final Algorithm algorithm;
  private final boolean plaintextAllowed;

  private KeyRing(Builder builder, Map<Integer, RingKey> keys, RingKey current) {
    this.keys = keys;
    this.current = current;
    this.disabled = Set.copyOf(builder.disabled);
    this.algorithm = builder.algorithm;
    this.plaintextAllowed = builder.plaintextAllowed;
  }

  /** Starts with the key that writes. */
  public static Builder builder(MasterKey current) {
    return new Builder(current);
  }

  /** A ring of one key, for version 1 alone. */
  public static KeyRing of(MasterKey current) {
    return builder(current).build();
  }

  /** The generation of the key that writes. */
  public int currentGeneration() {
    return current.generation();
  }

  /** Whether tenants' keys can be derived, which version 2 needs. */
  public boolean hasSalt() {
    return current.hasSalt();
  }

  /**
   * Encrypts with the current key.
   *
   * @return the column's value; for {@link EncryptionVersion#PLAINTEXT} the secret itself
   * @throws InvalidInputException for version 2 without salt or tenant, or version 0 where that is
   *     not allowed
   */
  public byte[] seal(
      SecretFormat format, EncryptionVersion version, RowBinding row, SecretBytes secret) {
    if (version == EncryptionVersion.PLAINTEXT) {
      if (!plaintextAllowed) {
        throw new InvalidInputException("secrets in clear (version 0) are not allowed here");
      }
      return secret.reveal();
    }
    try {
      if (format == SecretFormat.SILENTPULSE) {
        Aead aead = current.aead(version, Algorithm.AES_256_GCM, row.tenant());
        return aead.encrypt(secret.open(), new byte[0]);
      }
      byte[] header = new Envelope(algorithm, current.generation()).header();
      byte[] ciphertext =
          current
              .aead(version, algorithm, row.tenant())
              .encrypt(secret.open(), row.associatedData(header));
      byte[] envelope = Arrays.copyOf(header, header.length + ciphertext.length);
      System.arraycopy(ciphertext, 0, envelope, header.length, ciphertext.length);
      return envelope;
    } catch (SecretException e) {
      throw new InvalidInputException(
          e.code() == Code.MISSING_SALT
              ? "HKDF_SALT is not set, and tenants' keys (version 2) are derived with it"
              : "the row names no tenant, and version 2 has a key for each");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform can't encrypt: " + e.getClass(), e);
    }
  }

  /**
   * Decrypts with whichever key it needs.
   *
   * @throws SecretException always the same outside, whatever is wrong
   */
  public SecretBytes open(
      SecretFormat format, EncryptionVersion version, RowBinding row, byte[] stored) {
    return openWithKey(format, version, row, stored).secret();
  }

  /**
   * As {@link #open}, and says which key it needed.
   *
   * @throws SecretException always the same outside, whatever is wrong
   */
  public Opened openWithKey(
      SecretFormat format, EncryptionVersion version, RowBinding row, byte[] stored) {
    if (version == EncryptionVersion.PLAINTEXT) {
      if (!plaintextAllowed) {
        throw new SecretException(Code.PLAINTEXT);
      }
      return new Opened(SecretBytes.of(stored), current.generation());
    }
    return format == SecretFormat.SILENTPULSE
        ? openBlob(version, row, stored)
        : openEnvelope(version, row, stored);
  }

  private Opened openEnvelope(EncryptionVersion version, RowBinding row, byte[] stored) {
    Envelope envelope = Envelope.parse(stored);
    if (disabled.contains(envelope.generation())) {
      throw new SecretException(Code.DISABLED_KEY);
    }
    RingKey key = keys.get(envelope.generation());
    if (key == null) {
      throw new SecretException(Code.UNKNOWN_GENERATION);
    }
    byte[] ciphertext = Arrays.copyOfRange(stored, Envelope.HEADER_BYTES, stored.length);
    byte[] associatedData = row.associatedData(envelope.header());
    Aead aead = key.aead(version, envelope.algorithm(), row.tenant());
    return new Opened(decrypted(aead, ciphertext, associatedData), key.generation());
  }

  /** The current key first: most rows have it already. */
  private Opened openBlob(EncryptionVersion version, RowBinding row, byte[] stored) {
    if (stored.length < Algorithm.AES_256_GCM.overhead()) {
      throw new SecretException(stored.length == 0 ? Code.EMPTY : Code.TRUNCATED);
    }
    for (RingKey key : keys.values()) {
      try {
        Aead aead = key.aead(version, Algorithm.AES_256_GCM, row.tenant());
        return new Opened(decrypted(aead, stored, new byte[0]), key.generation());
      } catch (SecretException e) {
        if (e.code() != Code.NOT_AUTHENTIC) {
          throw e;
        }
      }
    }
    throw new SecretException(Code.NOT_AUTHENTIC);
  }

  /** Whatever a library throws for bytes of others ends here, without its text. */
  @SuppressWarnings("IllegalCatch")
  private static SecretBytes decrypted(Aead aead, byte[] ciphertext, byte[] associatedData) {
    try {
      return SecretBytes.owning(aead.decrypt(ciphertext, associatedData));
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new SecretException(Code.NOT_AUTHENTIC);
    }
  }

  /**
   * An opened secret.
   *
   * @param secret to be closed by the caller
   * @param generation of the key that opened it
   */
  public record Opened(SecretBytes secret, int generation) {}

  /** Collects keys and choices. */
  public static final class Builder {
    private final MasterKey current;
    private final List<MasterKey> reading = new ArrayList<>();
    private final Set<Integer> disabled = new HashSet<>();
    private Algorithm algorithm = Algorithm.XAES_256_GCM;
    private Optional<SecretBytes> salt = Optional.empty();
    private String label = TENANT_LABEL;
    private boolean plaintextAllowed;

    private Builder(MasterKey current) {
      this.current = current;
    }

    /** A further key that may still open secrets. */
    public Builder reading(MasterKey key) {
      reading.add(key);
      return this;
    }

    /** A key that may open nothing any more, by its generation. */
    public Builder disabled(int generation) {
      disabled.add(generation);
      return this;
    }

    /** For new envelopes; the default is XAES-256-GCM. Reading follows the envelope. */
    public Builder algorithm(Algorithm chosen) {
      algorithm = chosen;
      return this;
    }

    /** What tenants' keys are derived with, beside the master key; not empty. No secret. */
    public Builder salt(byte[] bytes) {
      if (bytes.length == 0) {
        throw new InvalidInputException("HKDF_SALT is empty");
      }
      salt = Optional.of(SecretBytes.of(bytes));
      return this;
    }

    /** What stands before the tenant in HKDF's info; for data of other systems. */
    public Builder tenantLabel(String text) {
      label = text;
      return this;
    }

    /** Lets version 0 be read and written: for moving away from it. */
    public Builder allowPlaintext() {
      plaintextAllowed = true;
      return this;
    }

    /**
     * Asks every master key for its material, once.
     *
     * @throws InvalidInputException when two of them are the same, or share a generation
     */
    public KeyRing build() {
      Map<Integer, RingKey> keys = new LinkedHashMap<>();
      RingKey writing = add(keys, current);
      reading.forEach(key -> add(keys, key));
      return new KeyRing(this, keys, writing);
    }

    private RingKey add(Map<Integer, RingKey> keys, MasterKey key) {
      try (SecretBytes material = key.material()) {
        if (material.size() != MasterKey.BYTES) {
          throw new InvalidInputException(
              "a master key has %d bytes, not %d".formatted(MasterKey.BYTES, material.size()));
        }
        RingKey made = new RingKey(key.generation(), material, salt, label);
        RingKey same = keys.putIfAbsent(made.generation(), made);
        if (same != null) {
          throw new InvalidInputException(
              "two master keys are the same key, or share the generation %08x"
                  .formatted(made.generation()));
        }
        return made;
      }
    }
  }
}
