package dev.gatewaydb.dao.key;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * A key in clear: {@code gw_live_} or {@code gw_test_}, 43 base62 characters (256 random bits, most
 * significant first), and 6 base62 characters of the CRC-32 of everything before them. The checksum
 * is for typing errors and secret scanners, never for security.
 *
 * <p>Shown once, to the one who asked for it; only {@link #hash} is stored. {@code toString}
 * redacts.
 */
public final class ApiKeySecret {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(ALPHABET.length());
  private static final int RANDOM_BITS = 256;
  private static final int RANDOM_DIGITS = 43;
  private static final int CHECKSUM_DIGITS = 6;
  private static final int SHOWN_AFTER_ENVIRONMENT = 4;
  private static final int LAST_SHOWN = 4;

  private final String text;
  private final int environmentLength;

  private ApiKeySecret(String text, int environmentLength) {
    this.text = text;
    this.environmentLength = environmentLength;
  }

  /** Draws a new one. */
  static ApiKeySecret generate(KeyEnvironment environment, SecureRandom random) {
    String start = "gw_" + environment.label() + "_";
    String body = start + base62(new BigInteger(RANDOM_BITS, random), RANDOM_DIGITS);
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    String checksum = base62(BigInteger.valueOf(crc.getValue()), CHECKSUM_DIGITS);
    return new ApiKeySecret(body + checksum, start.length());
  }

  private static String base62(BigInteger value, int digits) {
    char[] text = new char[digits];
    BigInteger rest = value;
    for (int i = digits - 1; i >= 0; i--) {
      BigInteger[] quotient = rest.divideAndRemainder(BASE);
      text[i] = ALPHABET.charAt(quotient[1].intValue());
      rest = quotient[0];
    }
    return new String(text);
  }

  /** The key itself: for the one place that shows it. */
  public String reveal() {
    return text;
  }

  /** What is stored and looked up: SHA-256 of the whole key, 32 bytes. */
  byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Enough to recognise the key in a list: the environment and four characters. */
  String prefix() {
    return text.substring(0, environmentLength + SHOWN_AFTER_ENVIRONMENT);
  }

  /** The last four characters. */
  String lastFour() {
    return text.substring(text.length() - LAST_SHOWN);
  }

  @Override
  public String toString() {
    return prefix() + "…";
  }
}
