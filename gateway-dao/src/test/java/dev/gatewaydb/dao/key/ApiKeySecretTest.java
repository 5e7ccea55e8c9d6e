package dev.gatewaydb.dao.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ApiKeySecretTest {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private static ApiKeySecret generate(byte fill) {
    return ApiKeySecret.generate(
        KeyEnvironment.LIVE,
        new SecureRandom() {
          @Override
          public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, fill);
          }
        });
  }

  /** Bit by bit from the polynomial: not the library that made it. */
  private static long crc32(String text) {
    long crc = 0xFFFFFFFFL;
    for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
      crc ^= b & 0xFF;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0xEDB88320L;
      }
    }
    return crc ^ 0xFFFFFFFFL;
  }

  private static BigInteger value(String base62) {
    BigInteger value = BigInteger.ZERO;
    for (int i = 0; i < base62.length(); i++) {
      int digit = base62.charAt(i);
      value = value.multiply(BigInteger.valueOf(62)).add(BigInteger.valueOf(DIGITS.indexOf(digit)));
    }
    return value;
  }

  @ParameterizedTest
  @EnumSource(KeyEnvironment.class)
  void hasTheDocumentedFormat(KeyEnvironment environment) {
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < 1000; i++) {
      ApiKeySecret secret = ApiKeySecret.generate(environment, random);
      String text = secret.reveal();
      assertThat(text).matches("gw_" + environment.label() + "_[0-9A-Za-z]{43}[0-9A-Za-z]{6}");
      String body = text.substring(0, text.length() - 6);
      assertThat(value(text.substring(body.length()))).isEqualTo(BigInteger.valueOf(crc32(body)));
      assertThat(value(body.substring("gw_live_".length())).bitLength()).isLessThanOrEqualTo(256);
      assertThat(secret.prefix()).isEqualTo(text.substring(0, 12));
      assertThat(text).endsWith(secret.lastFour());
      assertThat(secret.lastFour()).hasSize(4);
    }
  }

  @Test
  void theChecksumIsTheUsualCrc32() {
    assertThat(crc32("123456789")).isEqualTo(0xCBF43926L);
  }

  @Test
  void writesTheWholeRange() {
    assertThat(generate((byte) 0).reveal()).startsWith("gw_live_" + "0".repeat(43));
    String most = generate((byte) 0xFF).reveal();
    assertThat(value(most.substring(8, 51)))
        .isEqualTo(BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
  }

  @Test
  void isNeverDrawnTwice() {
    SecureRandom random = new SecureRandom();
    Set<String> drawn = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      assertThat(drawn.add(ApiKeySecret.generate(KeyEnvironment.TEST, random).reveal())).isTrue();
    }
  }

  @Test
  void redactsItself() {
    ApiKeySecret secret = ApiKeySecret.generate(KeyEnvironment.TEST, new SecureRandom());
    assertThat(secret).hasToString(secret.reveal().substring(0, 12) + "…");
  }

  /** Known from outside of Java: {@code printf %s <key> | sha256sum}. */
  @Test
  void hashesTheWholeKey() {
    ApiKeySecret secret = generate((byte) 0);
    assertThat(secret.reveal())
        .isEqualTo("gw_live_000000000000000000000000000000000000000000024GtGe");
    assertThat(HexFormat.of().formatHex(KeyHasher.plain(secret.reveal())))
        .isEqualTo("d7847665f1d1ec4c741b701f3a44bacfdd0809c884932979004c0f205a4c83e1");
  }

  @ParameterizedTest
  @EnumSource(KeyEnvironment.class)
  void takesWhatItMakesAndNothingOneCharacterAway(KeyEnvironment environment) {
    String text = ApiKeySecret.generate(environment, new SecureRandom()).reveal();
    assertThat(ApiKeySecret.isWellFormed(text)).isTrue();
    for (int i = 0; i < text.length(); i++) {
      for (char other : new char[] {'0', 'z', 'A', '_', '\u0000', '\uFF10', '\u0430'}) {
        if (other != text.charAt(i)) {
          String changed = text.substring(0, i) + other + text.substring(i + 1);
          assertThat(ApiKeySecret.isWellFormed(changed)).as(changed).isFalse();
        }
      }
      String swapped = text.substring(0, i) + text.substring(i + 1);
      assertThat(ApiKeySecret.isWellFormed(swapped)).isFalse();
      assertThat(ApiKeySecret.isWellFormed(text.substring(0, i) + "0" + text.substring(i)))
          .isFalse();
    }
  }

  @Test
  void refusesNumbersOfMoreThan256Bits() {
    String most = generate((byte) 0xFF).reveal();
    assertThat(ApiKeySecret.isWellFormed(most)).isTrue();
    String body = "gw_live_" + "z".repeat(43);
    String tooMuch = body + digits(crc32(body));
    assertThat(value(body.substring(8)).bitLength()).isGreaterThan(256);
    assertThat(ApiKeySecret.isWellFormed(tooMuch)).isFalse();
    // The smallest number that doesn't fit.
    String last = "gw_live_" + digits(value(most.substring(8, 51)).add(BigInteger.ONE), 43);
    assertThat(ApiKeySecret.isWellFormed(last + digits(crc32(last)))).isFalse();
  }

  private static String digits(long crc) {
    return digits(BigInteger.valueOf(crc), 6);
  }

  private static String digits(BigInteger number, int count) {
    StringBuilder text = new StringBuilder();
    BigInteger rest = number;
    for (int i = 0; i < count; i++) {
      text.insert(0, DIGITS.charAt(rest.mod(BigInteger.valueOf(62)).intValue()));
      rest = rest.divide(BigInteger.valueOf(62));
    }
    return text.toString();
  }

  @Test
  void takesOldKeys() {
    String old = "gw_" + "0123456789abcdef".repeat(4);
    assertThat(ApiKeySecret.isWellFormed(old)).isTrue();
    assertThat(ApiKeySecret.isWellFormed("gw-" + old.substring(3))).isFalse();
    assertThat(ApiKeySecret.isWellFormed(old.replace('a', 'A'))).isFalse();
    assertThat(ApiKeySecret.isWellFormed(old.replace('a', 'g'))).isFalse();
    assertThat(ApiKeySecret.isWellFormed(old.substring(1))).isFalse();
    assertThat(ApiKeySecret.isWellFormed(old + "0")).isFalse();
  }

  @Test
  void refusesOtherTexts() {
    for (String text :
        List.of(
            "",
            "gw_",
            "'; --",
            "%",
            "\u0000",
            "Bearer gw_live_0000",
            "gw_live_" + "0".repeat(49),
            "gw_prod_000000000000000000000000000000000000000000024GtGe",
            "gw_live_".repeat(131_072))) {
      assertThat(ApiKeySecret.isWellFormed(text)).isFalse();
    }
  }
}
