package dev.gatewaydb.dao.ref;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.hybrid.HpkeParameters;
import com.google.crypto.tink.hybrid.HpkePrivateKey;
import com.google.crypto.tink.hybrid.HpkePublicKey;
import com.google.crypto.tink.hybrid.internal.HpkeContext;
import com.google.crypto.tink.hybrid.internal.HpkeKemKeyFactory;
import com.google.crypto.tink.hybrid.internal.HpkePrimitiveFactory;
import com.google.crypto.tink.util.Bytes;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.crypto.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.junit.jupiter.api.Test;

final class RefSealingTest {
  private static final EthereumAddress CLIENT =
      EthereumAddress.parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
  private static final byte[] DATA = "c4n4ry data".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] INFO = "info".getBytes(StandardCharsets.US_ASCII);
  private static final HPKE OTHER_LIBRARY =
      new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM128);

  // RFC 9180, appendix A.1.1
  private static final byte[] RFC_SKR =
      hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8");
  private static final byte[] RFC_PKR =
      hex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d");
  private static final byte[] RFC_ENC =
      hex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431");
  private static final byte[] RFC_INFO = hex("4f6465206f6e2061204772656369616e2055726e");
  private static final byte[] RFC_PT =
      hex("4265617574792069732074727574682c20747275746820626561757479");
  private static final String[][] RFC_MESSAGES = {
    {
      "436f756e742d30",
      "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a9"
          + "6d8770ac83d07bea87e13c512a"
    },
    {
      "436f756e742d31",
      "af2d7e9ac9ae7e270f46ba1f975be53c09f8d875bdc8535458c2494e8a6eab25"
          + "1c03d0c22a56b8ca42c2063b84"
    },
    {
      "436f756e742d32",
      "498dfcabd92e8acedc281e85af1cb4e3e31c7dc394a1ca20e173cb7251649158"
          + "8d96a19ad4a683518973dcc180"
    },
  };

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static RefEnvelope seal(SecretBytes privateKey, byte[] info) {
    return RefSealing.seal(RefSealing.publicKey(privateKey), CLIENT, 7, info, SecretBytes.of(DATA));
  }

  /** The library's own engine, since its plain interface takes no associated data. */
  @Test
  void theLibraryDoesWhatTheRfcSays() throws Exception {
    HpkeParameters suite =
        HpkeParameters.builder()
            .setKemId(HpkeParameters.KemId.DHKEM_X25519_HKDF_SHA256)
            .setKdfId(HpkeParameters.KdfId.HKDF_SHA256)
            .setAeadId(HpkeParameters.AeadId.AES_128_GCM)
            .setVariant(HpkeParameters.Variant.NO_PREFIX)
            .build();
    HpkePrivateKey key =
        HpkePrivateKey.create(
            HpkePublicKey.create(suite, Bytes.copyFrom(RFC_PKR), null),
            com.google.crypto.tink.util.SecretBytes.copyFrom(
                RFC_SKR, InsecureSecretKeyAccess.get()));
    HpkeContext context =
        HpkeContext.createRecipientContext(
            RFC_ENC,
            HpkeKemKeyFactory.createPrivate(key),
            HpkePrimitiveFactory.createKem(suite.getKemId()),
            HpkePrimitiveFactory.createKdf(suite.getKdfId()),
            HpkePrimitiveFactory.createAead(suite.getAeadId()),
            RFC_INFO);
    for (String[] message : RFC_MESSAGES) {
      assertThat(context.open(hex(message[1]), hex(message[0]))).isEqualTo(RFC_PT);
    }
  }

  @Test
  void soDoesTheOtherOneThatIsAskedBelow() throws Exception {
    assertThat(
            OTHER_LIBRARY.open(
                RFC_ENC,
                OTHER_LIBRARY.deserializePrivateKey(RFC_SKR, RFC_PKR),
                RFC_INFO,
                hex(RFC_MESSAGES[0][0]),
                hex(RFC_MESSAGES[0][1]),
                null,
                null,
                null))
        .isEqualTo(RFC_PT);
    assertThat(RefSealing.publicKey(SecretBytes.of(RFC_SKR)).bytes()).isEqualTo(RFC_PKR);
  }

  @Test
  void theOtherLibraryOpensWhatWeSeal() throws Exception {
    SecretBytes privateKey = RefSealing.newPrivateKey();
    byte[] sealed = seal(privateKey, INFO).sealed();
    AsymmetricCipherKeyPair key =
        OTHER_LIBRARY.deserializePrivateKey(
            privateKey.reveal(), RefSealing.publicKey(privateKey).bytes());
    assertThat(
            OTHER_LIBRARY.open(
                Arrays.copyOf(sealed, 32),
                key,
                INFO,
                new byte[0],
                Arrays.copyOfRange(sealed, 32, sealed.length),
                null,
                null,
                null))
        .isEqualTo(DATA);
  }

  @Test
  void weOpenWhatTheOtherLibrarySeals() throws Exception {
    SecretBytes privateKey = RefSealing.newPrivateKey();
    PublicKey recipient = RefSealing.publicKey(privateKey);
    byte[][] sealed =
        OTHER_LIBRARY.seal(
            OTHER_LIBRARY.deserializePublicKey(recipient.bytes()),
            INFO,
            new byte[0],
            DATA,
            null,
            null,
            null);
    RefEnvelope envelope = RefEnvelope.of(sealed[1], sealed[0], CLIENT, 7, recipient);
    assertThat(RefSealing.open(envelope, INFO, privateKey).reveal()).isEqualTo(DATA);
  }

  @Test
  void opensForItsKeyAndInfoAlone() {
    SecretBytes privateKey = RefSealing.newPrivateKey();
    RefEnvelope envelope = seal(privateKey, INFO);
    assertThat(RefSealing.open(envelope, INFO, privateKey)).isEqualTo(SecretBytes.of(DATA));
    assertThatThrownBy(() -> RefSealing.open(envelope, INFO, RefSealing.newPrivateKey()))
        .isInstanceOf(SecretException.class);
    assertThatThrownBy(() -> RefSealing.open(envelope, new byte[0], privateKey))
        .isInstanceOf(SecretException.class);
    byte[] sealed = envelope.sealed();
    for (int at = 0; at < sealed.length; at++) {
      byte[] changed = sealed.clone();
      changed[at] ^= 4;
      RefEnvelope other =
          RefEnvelope.of(
              Arrays.copyOf(changed, 32),
              Arrays.copyOfRange(changed, 32, changed.length),
              CLIENT,
              7,
              envelope.recipient());
      assertThatThrownBy(() -> RefSealing.open(other, INFO, privateKey))
          .isInstanceOf(SecretException.class);
    }
  }

  @Test
  void refusesKeysThatAreNone() {
    assertThatThrownBy(() -> RefSealing.publicKey(SecretBytes.of(new byte[31])))
        .isInstanceOf(InvalidInputException.class);
    PublicKey smallOrder = PublicKey.of(new byte[32]);
    assertThatThrownBy(() -> RefSealing.seal(smallOrder, CLIENT, 7, INFO, SecretBytes.of(DATA)))
        .isInstanceOf(InvalidInputException.class);
  }
}
