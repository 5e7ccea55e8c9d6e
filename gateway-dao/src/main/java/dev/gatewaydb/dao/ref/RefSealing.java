package dev.gatewaydb.dao.ref;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.LowLevelCryptoCaller;
import com.google.crypto.tink.hybrid.HpkeParameters;
import com.google.crypto.tink.hybrid.HpkePrivateKey;
import com.google.crypto.tink.hybrid.HpkePublicKey;
import com.google.crypto.tink.hybrid.subtle.HpkeDecrypt;
import com.google.crypto.tink.hybrid.subtle.HpkeEncrypt;
import com.google.crypto.tink.subtle.X25519;
import com.google.crypto.tink.util.Bytes;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.SecretException.Code;
import dev.gatewaydb.dao.crypto.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Makes and opens envelopes, for development and tests: HPKE (RFC 9180) in base mode with
 * DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-128-GCM, without associated data. A gateway never
 * has the recipient's key.
 */
public final class RefSealing {
  private static final int ENC_BYTES = 32;

  private RefSealing() {}

  /** A new private key, 32 bytes. */
  public static SecretBytes newPrivateKey() {
    return SecretBytes.of(X25519.generatePrivateKey());
  }

  /**
   * The public key of a private one.
   *
   * @throws InvalidInputException when it hasn't 32 bytes
   */
  public static PublicKey publicKey(SecretBytes privateKey) {
    if (privateKey.size() != PublicKey.BYTES) {
      throw new InvalidInputException(
          "a private key has %d bytes, not %d".formatted(PublicKey.BYTES, privateKey.size()));
    }
    try {
      return PublicKey.of(X25519.publicFromPrivate(privateKey.reveal()));
    } catch (GeneralSecurityException e) {
      throw new InvalidInputException("this is no X25519 private key");
    }
  }

  /**
   * Encrypts for a recipient.
   *
   * @param info HPKE's application-supplied information, which the recipient has to know; may be
   *     empty
   * @throws InvalidInputException when the public key is none, or the envelope becomes too large
   */
  @AccessesPartialKey
  @LowLevelCryptoCaller
  public static RefEnvelope seal(
      PublicKey recipient,
      EthereumAddress policyClient,
      long chainId,
      byte[] info,
      SecretBytes data) {
    try {
      byte[] sealed = HpkeEncrypt.create(tinkKey(recipient)).encrypt(data.reveal(), info);
      return RefEnvelope.of(
          Arrays.copyOf(sealed, ENC_BYTES),
          Arrays.copyOfRange(sealed, ENC_BYTES, sealed.length),
          policyClient,
          chainId,
          recipient);
    } catch (GeneralSecurityException e) {
      throw new InvalidInputException("nothing can be encrypted for this public key");
    }
  }

  /**
   * Opens an envelope.
   *
   * @throws SecretException when it is for another key, or was changed
   */
  @AccessesPartialKey
  @LowLevelCryptoCaller
  public static SecretBytes open(RefEnvelope envelope, byte[] info, SecretBytes privateKey) {
    PublicKey own = publicKey(privateKey);
    try {
      HpkePrivateKey key =
          HpkePrivateKey.create(
              tinkKey(own),
              com.google.crypto.tink.util.SecretBytes.copyFrom(
                  privateKey.reveal(), InsecureSecretKeyAccess.get()));
      return SecretBytes.of(HpkeDecrypt.create(key).decrypt(envelope.sealed(), info));
    } catch (GeneralSecurityException e) {
      throw new SecretException(Code.NOT_AUTHENTIC);
    }
  }

  @AccessesPartialKey
  private static HpkePublicKey tinkKey(PublicKey key) throws GeneralSecurityException {
    HpkeParameters suite =
        HpkeParameters.builder()
            .setKemId(HpkeParameters.KemId.DHKEM_X25519_HKDF_SHA256)
            .setKdfId(HpkeParameters.KdfId.HKDF_SHA256)
            .setAeadId(HpkeParameters.AeadId.AES_128_GCM)
            .setVariant(HpkeParameters.Variant.NO_PREFIX)
            .build();
    return HpkePublicKey.create(suite, Bytes.copyFrom(key.bytes()), null);
  }
}
