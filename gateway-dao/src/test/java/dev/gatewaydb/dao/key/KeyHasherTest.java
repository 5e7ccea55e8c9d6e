package dev.gatewaydb.dao.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.InvalidInputException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyHasherTest {
  private static final String KEY = "gw_live_000000000000000000000000000000000000000000024GtGe";
  private static final String OLD = "0b".repeat(32);
  private static final String NEW = "0c".repeat(40);

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  "})
  void withoutAPepperHashesPlainly(String setting) {
    KeyHasher hasher = KeyHasher.fromSetting(setting);
    assertThat(hasher.hash(KEY).pepperId()).isEmpty();
    assertThat(hex(hasher.hash(KEY).bytes()))
        .isEqualTo("d7847665f1d1ec4c741b701f3a44bacfdd0809c884932979004c0f205a4c83e1");
  }

  /** Known from outside of Java: {@code openssl dgst -sha256 -mac HMAC -macopt hexkey:0b…}. */
  @Test
  void withAPepperHashesByHmac() {
    KeyHasher hasher = KeyHasher.fromSetting(OLD);
    assertThat(hex(hasher.hash(KEY).bytes()))
        .isEqualTo("133e30786881bd96f252037dc646d9a8a7386ece0bcc9a35d9045366d8a4c68c");
    assertThat(hasher.hash(KEY).pepperId()).isEqualTo(hasher.currentPepperId()).isNotEmpty();
  }

  @Test
  void severalPeppersAreValidAndTheFirstMakesNewHashes() {
    KeyHasher hasher = KeyHasher.fromSetting(NEW + " , " + OLD);
    assertThat(hasher.currentPepperId()).isEqualTo(KeyHasher.fromSetting(NEW).currentPepperId());
    assertThat(hasher.currentPepperId()).isNotEqualTo(KeyHasher.fromSetting(OLD).currentPepperId());
    assertThat(Arrays.stream(hasher.candidates(KEY)).map(KeyHasherTest::hex))
        .containsExactly(
            hex(KeyHasher.fromSetting(NEW).hash(KEY).bytes()),
            hex(KeyHasher.fromSetting(OLD).hash(KEY).bytes()),
            hex(KeyHasher.PLAIN.hash(KEY).bytes()));
  }

  @Test
  void showsNoPepper() {
    KeyHasher hasher = KeyHasher.fromSetting(NEW + "," + OLD);
    assertThat(hasher.toString()).doesNotContain("0b0b").doesNotContain("0c0c");
    assertThat(hasher.currentPepperId().orElseThrow()).matches("[0-9a-f]{16}");
    assertThat(KeyHasher.PLAIN.currentPepperId()).isEqualTo(Optional.empty());
  }

  @Test
  void namesTheWrongOneByItsPlace() {
    String secret = "canary-" + OLD;
    assertThatThrownBy(() -> KeyHasher.fromSetting(OLD + "," + secret + ",abcd," + OLD + "0"))
        .isInstanceOfSatisfying(
            InvalidInputException.class,
            e ->
                assertThat(e.faults())
                    .hasSize(3)
                    .noneMatch(fault -> fault.contains("canary") || fault.contains("0b0b"))
                    .satisfiesExactly(
                        fault -> assertThat(fault).startsWith("pepper 2 of 4"),
                        fault -> assertThat(fault).startsWith("pepper 3 of 4"),
                        fault -> assertThat(fault).startsWith("pepper 4 of 4")));
  }
}
