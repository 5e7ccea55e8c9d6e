package dev.gatewaydb.dao.crypto;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.LowLevelCryptoCaller;
import com.google.crypto.tink.aead.XAesGcmKey;
import com.google.crypto.tink.aead.XAesGcmParameters;
import com.google.crypto.tink.aead.subtle.XAesGcmAead;
import com.google.crypto.tink.subtle.AesGcmJce;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** How an envelope is encrypted. */
public enum Algorithm {
  /**
   * Nonces of 24 random bytes, which never run out (<a
   * href="https://c2sp.org/XAES-256-GCM">XAES-256-GCM</a>). The default.
   */
  XAES_256_GCM(1, 24 + 16),
  /**
   * Nonces of 12 random bytes (NIST SP 800-38D): at most 2^32 secrets for each key, for those who
   * must have a NIST algorithm.
   */
  AES_256_GCM(2, 12 + 16);

  private static final int XAES_SALT_BYTES = 12;

  private final int number;
  private final int overhead;

  Algorithm(int number, int overhead) {
    this.number = number;
    this.overhead = overhead;
  }

  /** As it stands in the envelope. */
  int number() {
    return number;
  }

  /** Nonce and tag, in bytes. */
  int overhead() {
    return overhead;
  }

  static @Nullable Algorithm of(int number) {
    return number >= 1 && number <= values().length ? values()[number - 1] : null;
  }

  /** Ciphertexts are nonce ‖ encrypted ‖ tag. Keys are ours to rotate, so no keysets of Tink's. */
  @AccessesPartialKey
  @LowLevelCryptoCaller
  Aead aead(byte[] key) throws GeneralSecurityException {
    return switch (this) {
      case XAES_256_GCM ->
          XAesGcmAead.create(
              XAesGcmKey.create(
                  XAesGcmParameters.create(XAesGcmParameters.Variant.NO_PREFIX, XAES_SALT_BYTES),
                  com.google.crypto.tink.util.SecretBytes.copyFrom(
                      key, InsecureSecretKeyAccess.get()),
                  null));
      case AES_256_GCM -> new AesGcmJce(key);
    };
  }
}
