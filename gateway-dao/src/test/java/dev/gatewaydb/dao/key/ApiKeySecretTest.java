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
import java.util.UUID;
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
    IssuedKey issued = new IssuedKey(new UUID(1, 2), "name", List.of("rpc"), secret);
    assertThat(issued.toString()).contains("name").doesNotContain(secret.reveal());
  }

  /** Known from outside of Java: {@code printf %s <key> | sha256sum}. */
  @Test
  void hashesTheWholeKey() {
    ApiKeySecret secret = generate((byte) 0);
    assertThat(secret.reveal())
        .isEqualTo("gw_live_000000000000000000000000000000000000000000024GtGe");
    assertThat(HexFormat.of().formatHex(secret.hash()))
        .isEqualTo("d7847665f1d1ec4c741b701f3a44bacfdd0809c884932979004c0f205a4c83e1");
  }
}
