package dev.gatewaydb.dao.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.Hkdf;
import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.SecretException.Code;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One master key and the tenants' keys derived from it, as Tink's primitives. */
final class RingKey {
  // A tenant's key costs some microseconds to derive; the rows of one mostly follow each other.
  private static final int MOST_TENANTS = 10_000;

  private final int generation;
  private final SecretBytes material;
  private final Optional<SecretBytes> salt;
  private final String label;
  private final Map<Algorithm, Aead> masters = new EnumMap<>(Algorithm.class);
  private final Map<TenantKey, Aead> tenants =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<TenantKey, Aead> eldest) {
          return size() > MOST_TENANTS;
        }
      };

  private record TenantKey(String tenant, Algorithm algorithm) {}

  RingKey(int generation, SecretBytes material, Optional<SecretBytes> salt, String label) {
    this.generation = generation;
    this.material = SecretBytes.of(material.open());
    this.salt = salt;
    this.label = label;
    for (Algorithm algorithm : Algorithm.values()) {
      masters.put(algorithm, aead(algorithm, this.material.open()));
    }
  }

  int generation() {
    return generation;
  }

  boolean hasSalt() {
    return salt.isPresent();
  }

  Aead aead(EncryptionVersion version, Algorithm algorithm, Optional<String> tenant) {
    if (version == EncryptionVersion.MASTER_KEY) {
      return Objects.requireNonNull(masters.get(algorithm));
    }
    byte[] saltBytes = salt.orElseThrow(() -> new SecretException(Code.MISSING_SALT)).open();
    String name = tenant.orElseThrow(() -> new SecretException(Code.MISSING_TENANT));
    synchronized (tenants) {
      return tenants.computeIfAbsent(
          new TenantKey(name, algorithm), key -> tenantAead(saltBytes, key));
    }
  }

  /** HKDF-SHA256 (RFC 5869) of the master key, with info = label and tenant. */
  private Aead tenantAead(byte[] saltBytes, TenantKey wanted) {
    byte[] info = (label + wanted.tenant()).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] key =
          Hkdf.computeHkdf("HMACSHA256", material.open(), saltBytes, info, MasterKey.BYTES);
      Aead aead = aead(wanted.algorithm(), key);
      Arrays.fill(key, (byte) 0);
      return aead;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
    }
  }

  private static Aead aead(Algorithm algorithm, byte[] key) {
    try {
      return algorithm.aead(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-256-GCM", e);
    }
  }
}
