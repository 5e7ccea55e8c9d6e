package dev.gatewaydb.dao.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.Hkdf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The library does what the published documents say, as we use it. */
final class VectorsTest {
  private static byte[] hex(String text) {
    return text.equals("-") ? new byte[0] : HexFormat.of().parseHex(text);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] joined(byte[]... parts) {
    int length = Stream.of(parts).mapToInt(part -> part.length).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  static List<String[]> wycheproof() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(
            VectorsTest.class.getResourceAsStream("wycheproof-aes-256-gcm.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .toList();
    }
  }

  @ParameterizedTest(name = "tcId {0}")
  @MethodSource("wycheproof")
  void wycheproofAesGcm(
      String id, String key, String iv, String aad, String msg, String ct, String tag, String valid)
      throws GeneralSecurityException {
    Aead aead = Algorithm.AES_256_GCM.aead(hex(key));
    byte[] ciphertext = joined(hex(iv), hex(ct), hex(tag));
    if (valid.equals("valid")) {
      assertThat(aead.decrypt(ciphertext, hex(aad))).isEqualTo(hex(msg));
    } else {
      assertThatThrownBy(() -> aead.decrypt(ciphertext, hex(aad)))
          .isInstanceOf(GeneralSecurityException.class);
    }
  }

  @Test
  void allOfThemAreRead() throws IOException {
    assertThat(wycheproof()).hasSize(43).allMatch(fields -> fields.length == 8);
  }

  /** RFC 5869, appendices A.1 to A.3. */
  @ParameterizedTest
  @CsvSource({
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b,000102030405060708090a0b0c,"
        + "f0f1f2f3f4f5f6f7f8f9,3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        + "34007208d5b887185865",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d"
        + "2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f,"
        + "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b"
        + "8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf,"
        + "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadb"
        + "dcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff,"
        + "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6"
        + "5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b,-,-,"
        + "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  })
  void rfc5869(String ikm, String salt, String info, String okm) throws GeneralSecurityException {
    assertThat(Hkdf.computeHkdf("HMACSHA256", hex(ikm), hex(salt), hex(info), okm.length() / 2))
        .isEqualTo(hex(okm));
  }

  /** The two vectors of https://c2sp.org/XAES-256-GCM. */
  @ParameterizedTest
  @CsvSource({
    "01,'',ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271",
    "03,c2sp.org/XAES-256-GCM,986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d",
  })
  void xaes(String keyByte, String aad, String ciphertext) throws GeneralSecurityException {
    byte[] nonce = ascii("ABCDEFGHIJKLMNOPQRSTUVWX");
    Aead aead = Algorithm.XAES_256_GCM.aead(hex(keyByte.repeat(32)));
    assertThat(aead.decrypt(joined(nonce, hex(ciphertext)), ascii(aad)))
        .isEqualTo(ascii("XAES-256-GCM"));
  }

  /**
   * The document's accumulated test: ten thousand random inputs and one hash. The ciphertexts come
   * from the JDK's AES, since Tink draws its own nonces, and Tink opens each.
   */
  @Test
  void xaesAccumulated() throws GeneralSecurityException {
    SHAKEDigest random = new SHAKEDigest(128);
    SHAKEDigest hash = new SHAKEDigest(128);
    for (int i = 0; i < 10_000; i++) {
      byte[] key = next(random, 32);
      byte[] nonce = next(random, 24);
      byte[] plaintext = next(random, next(random, 1)[0] & 0xFF);
      byte[] aad = next(random, next(random, 1)[0] & 0xFF);
      byte[] ciphertext = seal(key, nonce, plaintext, aad);
      hash.update(ciphertext, 0, ciphertext.length);
      assertThat(Algorithm.XAES_256_GCM.aead(key).decrypt(joined(nonce, ciphertext), aad))
          .isEqualTo(plaintext);
    }
    byte[] result = new byte[32];
    hash.doFinal(result, 0, result.length);
    assertThat(HexFormat.of().formatHex(result))
        .isEqualTo("e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
  }

  private static byte[] next(SHAKEDigest random, int length) {
    byte[] bytes = new byte[length];
    random.doOutput(bytes, 0, length);
    return bytes;
  }

  /** The steps of the document's section "Detailed key derivation algorithm". */
  private static byte[] seal(byte[] key, byte[] nonce, byte[] plaintext, byte[] aad)
      throws GeneralSecurityException {
    Cipher block = Cipher.getInstance("AES/ECB/NoPadding");
    block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    byte[] l = block.doFinal(new byte[16]);
    byte[] k1 = new byte[16];
    for (int i = 0; i < 16; i++) {
      k1[i] = (byte) (l[i] << 1 | (i < 15 ? (l[i + 1] & 0xFF) >> 7 : 0));
    }
    k1[15] ^= l[0] < 0 ? (byte) 0b10000111 : 0;
    byte[] derived = new byte[32];
    for (byte counter = 1; counter <= 2; counter++) {
      byte[] m = joined(new byte[] {0, counter, 0x58, 0}, Arrays.copyOf(nonce, 12));
      for (int i = 0; i < 16; i++) {
        m[i] ^= k1[i];
      }
      System.arraycopy(block.doFinal(m), 0, derived, 16 * (counter - 1), 16);
    }
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    gcm.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(derived, "AES"),
        new GCMParameterSpec(128, nonce, 12, 12));
    gcm.updateAAD(aad);
    return gcm.doFinal(plaintext);
  }
}
