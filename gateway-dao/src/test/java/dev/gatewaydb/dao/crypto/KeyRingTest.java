package dev.gatewaydb.dao.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.SecretException.Code;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class KeyRingTest {
  private static final MasterKey KEY = MasterKey.fromHex("KEY", "0f".repeat(32));
  private static final MasterKey OTHER = MasterKey.fromHex("OTHER", "f0".repeat(32));
  private static final byte[] SALT = "some salt".getBytes(StandardCharsets.US_ASCII);
  private static final RowBinding ROW =
      new RowBinding("t", "c", List.of("1", "2"), Optional.of("tenant"));
  private static final byte[] SECRET = "the secret".getBytes(StandardCharsets.US_ASCII);

  private static KeyRing ring(MasterKey key) {
    return KeyRing.builder(key).salt(SALT).build();
  }

  private static byte[] sealed(SecretFormat format, EncryptionVersion version) {
    return ring(KEY).seal(format, version, ROW, SecretBytes.of(SECRET));
  }

  private static Code refusal(
      KeyRing ring, SecretFormat format, EncryptionVersion version, RowBinding row, byte[] stored) {
    try {
      ring.open(format, version, row, stored);
    } catch (SecretException e) {
      assertThat(e).hasMessage("the secret can't be opened").hasNoCause();
      return e.code();
    }
    throw new AssertionError("it opens");
  }

  static Stream<Arguments> kinds() {
    return Stream.of(SecretFormat.values())
        .flatMap(
            format ->
                Stream.of(EncryptionVersion.MASTER_KEY, EncryptionVersion.TENANT_KEY)
                    .map(version -> Arguments.of(format, version)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void opensWhatItSealed(SecretFormat format, EncryptionVersion version) {
    for (Algorithm algorithm : Algorithm.values()) {
      KeyRing ring = KeyRing.builder(KEY).salt(SALT).algorithm(algorithm).build();
      for (int length : new int[] {0, 1, 200, 100_000}) {
        SecretBytes secret = SecretBytes.of(new byte[length]);
        byte[] stored = ring.seal(format, version, ROW, secret);
        assertThat(ring.open(format, version, ROW, stored)).isEqualTo(secret);
        assertThat(stored).isNotEqualTo(ring.seal(format, version, ROW, secret));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aFlippedBitAtAnyPlaceOpensNothing(SecretFormat format, EncryptionVersion version) {
    byte[] stored = sealed(format, version);
    for (int bit = 0; bit < 8 * stored.length; bit++) {
      byte[] changed = stored.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      refusal(ring(KEY), format, version, ROW, changed);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void noTruncationOpensAndNoExtension(SecretFormat format, EncryptionVersion version) {
    byte[] stored = sealed(format, version);
    for (int length = 0; length < stored.length; length++) {
      Code code = refusal(ring(KEY), format, version, ROW, Arrays.copyOf(stored, length));
      assertThat(code).isIn(Code.EMPTY, Code.TRUNCATED, Code.NOT_AUTHENTIC);
    }
    byte[] longer = Arrays.copyOf(stored, stored.length + 1);
    assertThat(refusal(ring(KEY), format, version, ROW, longer)).isEqualTo(Code.NOT_AUTHENTIC);
  }

  @ParameterizedTest
  @EnumSource(EncryptionVersion.class)
  void anEnvelopeOpensInItsOwnRowAlone(EncryptionVersion version) {
    if (version == EncryptionVersion.PLAINTEXT) {
      return;
    }
    byte[] stored = sealed(SecretFormat.ENVELOPE, version);
    Optional<String> tenant = Optional.of("tenant");
    for (RowBinding other :
        List.of(
            new RowBinding("u", "c", List.of("1", "2"), tenant),
            new RowBinding("t", "d", List.of("1", "2"), tenant),
            new RowBinding("t", "c", List.of("1", "3"), tenant),
            new RowBinding("t", "c", List.of("2", "1"), tenant),
            new RowBinding("t", "c", List.of("12"), tenant),
            new RowBinding("t", "c", List.of("1", "2", ""), tenant),
            new RowBinding("t", "c", List.of("", "1", "2"), tenant),
            new RowBinding("tc", "c", List.of("1", "2"), tenant),
            new RowBinding("t", "c", List.of("1", "2"), Optional.of("tenanu")))) {
      assertThat(refusal(ring(KEY), SecretFormat.ENVELOPE, version, other, stored))
          .isEqualTo(Code.NOT_AUTHENTIC);
    }
  }

  @Test
  void eachReasonHasItsCode() {
    EncryptionVersion v1 = EncryptionVersion.MASTER_KEY;
    byte[] stored = sealed(SecretFormat.ENVELOPE, v1);
    KeyRing ring = ring(KEY);
    SecretFormat envelope = SecretFormat.ENVELOPE;
    assertThat(refusal(ring, envelope, v1, ROW, new byte[0])).isEqualTo(Code.EMPTY);
    assertThat(refusal(ring, envelope, v1, ROW, new byte[] {'G'})).isEqualTo(Code.TRUNCATED);
    assertThat(refusal(ring, envelope, v1, ROW, new byte[] {1})).isEqualTo(Code.NOT_AN_ENVELOPE);
    assertThat(refusal(ring, envelope, v1, ROW, with(stored, 0, 'X')))
        .isEqualTo(Code.NOT_AN_ENVELOPE);
    assertThat(refusal(ring, envelope, v1, ROW, with(stored, 2, 2))).isEqualTo(Code.UNKNOWN_FORMAT);
    assertThat(refusal(ring, envelope, v1, ROW, with(stored, 3, 9)))
        .isEqualTo(Code.UNKNOWN_ALGORITHM);
    assertThat(refusal(ring, envelope, v1, ROW, with(stored, 3, 2))).isEqualTo(Code.NOT_AUTHENTIC);
    assertThat(refusal(ring(OTHER), envelope, v1, ROW, stored)).isEqualTo(Code.UNKNOWN_GENERATION);
    assertThat(refusal(ring, envelope, EncryptionVersion.TENANT_KEY, ROW, stored))
        .isEqualTo(Code.NOT_AUTHENTIC);
    assertThat(refusal(ring, envelope, EncryptionVersion.PLAINTEXT, ROW, stored))
        .isEqualTo(Code.PLAINTEXT);
    KeyRing disabled = KeyRing.builder(OTHER).reading(KEY).disabled(KEY.generation()).build();
    assertThat(refusal(disabled, envelope, v1, ROW, stored)).isEqualTo(Code.DISABLED_KEY);
    byte[] v2 = sealed(envelope, EncryptionVersion.TENANT_KEY);
    assertThat(refusal(KeyRing.of(KEY), envelope, EncryptionVersion.TENANT_KEY, ROW, v2))
        .isEqualTo(Code.MISSING_SALT);
    RowBinding nobody = new RowBinding("t", "c", List.of("1", "2"), Optional.empty());
    assertThat(refusal(ring, envelope, EncryptionVersion.TENANT_KEY, nobody, v2))
        .isEqualTo(Code.MISSING_TENANT);
    byte[] blob = sealed(SecretFormat.SILENTPULSE, v1);
    assertThat(refusal(ring(OTHER), SecretFormat.SILENTPULSE, v1, ROW, blob))
        .isEqualTo(Code.NOT_AUTHENTIC);
    assertThat(refusal(ring, SecretFormat.SILENTPULSE, v1, ROW, new byte[0])).isEqualTo(Code.EMPTY);
    assertThat(refusal(ring, SecretFormat.SILENTPULSE, v1, ROW, new byte[27]))
        .isEqualTo(Code.TRUNCATED);
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  /** A key of the same generation that is another one: only the tag can tell. */
  @Test
  void aGenerationIsNoProof() {
    MasterKey impostor =
        new MasterKey() {
          @Override
          public SecretBytes material() {
            return OTHER.material();
          }

          @Override
          public int generation() {
            return KEY.generation();
          }
        };
    EncryptionVersion v1 = EncryptionVersion.MASTER_KEY;
    byte[] stored = sealed(SecretFormat.ENVELOPE, v1);
    assertThat(refusal(KeyRing.of(impostor), SecretFormat.ENVELOPE, v1, ROW, stored))
        .isEqualTo(Code.NOT_AUTHENTIC);
    assertThatThrownBy(() -> KeyRing.builder(KEY).reading(impostor).build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("share the generation");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void bothKeysReadWhileOneWrites(SecretFormat format, EncryptionVersion version) {
    KeyRing both = KeyRing.builder(OTHER).reading(KEY).salt(SALT).build();
    byte[] old = sealed(format, version);
    KeyRing.Opened opened = both.openWithKey(format, version, ROW, old);
    assertThat(opened.secret().reveal()).isEqualTo(SECRET);
    assertThat(opened.generation()).isEqualTo(KEY.generation());
    byte[] fresh = both.seal(format, version, ROW, opened.secret());
    assertThat(both.openWithKey(format, version, ROW, fresh).generation())
        .isEqualTo(OTHER.generation())
        .isEqualTo(both.currentGeneration());
    assertThat(ring(OTHER).open(format, version, ROW, fresh).reveal()).isEqualTo(SECRET);
  }

  @Test
  void theEnvelopeHasTheDocumentedHeader() {
    byte[] stored = sealed(SecretFormat.ENVELOPE, EncryptionVersion.MASTER_KEY);
    ByteBuffer header = ByteBuffer.wrap(stored);
    assertThat(header.getShort()).isEqualTo((short) 0x4757);
    assertThat(header.get()).isEqualTo((byte) 1);
    assertThat(header.get()).isEqualTo((byte) 1);
    assertThat(header.getInt()).isEqualTo(KEY.generation());
    assertThat(stored).hasSize(8 + 24 + SECRET.length + 16);
  }

  /** Known from outside: Python's cryptography, HKDF(SHA256, 4, salt=b"", info=…).derive(key). */
  @Test
  void theGenerationIsDerivedAsDocumented() {
    assertThat(Integer.toHexString(KEY.generation())).isEqualTo("75c7bf0e");
  }

  /** SilentPulse's own steps, with nothing of ours. */
  @Test
  void readsWhatSilentPulseWrites() throws Exception {
    byte[] master = KEY.material().reveal();
    byte[] v1 = new AesGcmJce(master).encrypt(SECRET, new byte[0]);
    byte[] info = "silentpulse:tenant".getBytes(StandardCharsets.US_ASCII);
    byte[] tenantKey = Hkdf.computeHkdf("HMACSHA256", master, SALT, info, 32);
    byte[] v2 = new AesGcmJce(tenantKey).encrypt(SECRET, new byte[0]);
    KeyRing ring = KeyRing.builder(KEY).salt(SALT).tenantLabel("silentpulse:").build();
    SecretFormat format = SecretFormat.SILENTPULSE;
    assertThat(ring.open(format, EncryptionVersion.MASTER_KEY, ROW, v1).reveal()).isEqualTo(SECRET);
    assertThat(ring.open(format, EncryptionVersion.TENANT_KEY, ROW, v2).reveal()).isEqualTo(SECRET);
  }

  @Test
  void plaintextOnlyWhereItIsAllowed() {
    EncryptionVersion v0 = EncryptionVersion.PLAINTEXT;
    SecretBytes secret = SecretBytes.of(SECRET);
    assertThatThrownBy(() -> ring(KEY).seal(SecretFormat.ENVELOPE, v0, ROW, secret))
        .isInstanceOf(InvalidInputException.class);
    KeyRing ring = KeyRing.builder(KEY).allowPlaintext().build();
    byte[] stored = ring.seal(SecretFormat.ENVELOPE, v0, ROW, secret);
    assertThat(stored).isEqualTo(SECRET);
    assertThat(ring.open(SecretFormat.ENVELOPE, v0, ROW, stored)).isEqualTo(secret);
  }

  @Test
  void sealingNeedsSaltAndTenantForVersionTwo() {
    SecretBytes secret = SecretBytes.of(SECRET);
    EncryptionVersion v2 = EncryptionVersion.TENANT_KEY;
    RowBinding nobody = new RowBinding("t", "c", List.of("1"), Optional.empty());
    assertThatThrownBy(() -> KeyRing.of(KEY).seal(SecretFormat.ENVELOPE, v2, ROW, secret))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("HKDF_SALT");
    assertThatThrownBy(() -> ring(KEY).seal(SecretFormat.ENVELOPE, v2, nobody, secret))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("tenant");
  }
}
