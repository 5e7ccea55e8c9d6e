package dev.gatewaydb.dao.key;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/**
 * A key in clear: {@code gw_live_} or {@code gw_test_}, 43 base62 characters (256 random bits, most
 * significant first), and 6 base62 characters of the CRC-32 of everything before them. The checksum
 * is for typing errors and secret scanners, never for security.
 *
 * <p>Shown once, to the one who asked for it; only its hash is stored. {@code toString} redacts.
 */
public final class ApiKeySecret {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int BASE = ALPHABET.length();
  private static final int RANDOM_BITS = 256;
  private static final int RANDOM_DIGITS = 43;
  private static final int CHECKSUM_DIGITS = 6;
  // The digits are in the order of their characters, so texts of one length compare as numbers.
  private static final String LARGEST =
      base62(BigInteger.TWO.pow(RANDOM_BITS).subtract(BigInteger.ONE), RANDOM_DIGITS);
  private static final int START_LENGTH = "gw_live_".length();
  private static final int BODY_LENGTH = START_LENGTH + RANDOM_DIGITS;
  private static final int LENGTH = BODY_LENGTH + CHECKSUM_DIGITS;
  private static final String OLD_START = "gw_";
  private static final int OLD_LENGTH = OLD_START.length() + 64;
  private static final int SHOWN_AFTER_ENVIRONMENT = 4;
  private static final int LAST_SHOWN = 4;

  private final String text;

  private ApiKeySecret(String text) {
    this.text = text;
  }

  /** Draws a new one. */
  static ApiKeySecret generate(KeyEnvironment environment, SecureRandom random) {
    String start = "gw_" + environment.label() + "_";
    String body = start + base62(new BigInteger(RANDOM_BITS, random), RANDOM_DIGITS);
    return new ApiKeySecret(body + checksum(body));
  }

  private static String checksum(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    char[] digits = new char[CHECKSUM_DIGITS];
    long rest = crc.getValue();
    for (int i = CHECKSUM_DIGITS - 1; i >= 0; i--) {
      digits[i] = ALPHABET.charAt((int) (rest % BASE));
      rest /= BASE;
    }
    return new String(digits);
  }

  private static String base62(BigInteger value, int digits) {
    char[] text = new char[digits];
    BigInteger rest = value;
    for (int i = digits - 1; i >= 0; i--) {
      BigInteger[] quotient = rest.divideAndRemainder(BigInteger.valueOf(BASE));
      text[i] = ALPHABET.charAt(quotient[1].intValue());
      rest = quotient[0];
    }
    return new String(text);
  }

  /**
   * Whether a text can be a key at all: of today's format, or {@code gw_} and 64 hexadecimal digits
   * in lower case, as keys once were. Costs little, whatever the text.
   */
  static boolean isWellFormed(String text) {
    int length = text.length();
    return (length == LENGTH && isOfTodaysFormat(text))
        || (length == OLD_LENGTH && text.startsWith(OLD_START) && isLowerHex(text));
  }

  private static boolean isOfTodaysFormat(String text) {
    if (!text.startsWith("gw_live_") && !text.startsWith("gw_test_")) {
      return false;
    }
    for (int i = START_LENGTH; i < LENGTH; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    String body = text.substring(0, BODY_LENGTH);
    return body.substring(START_LENGTH).compareTo(LARGEST) <= 0 && text.endsWith(checksum(body));
  }

  private static boolean isDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private static boolean isLowerHex(String text) {
    for (int i = OLD_START.length(); i < OLD_LENGTH; i++) {
      char c = text.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }

  /** The key itself: for the one place that shows it. */
  public String reveal() {
    return text;
  }

  /** Enough to recognise the key in a list: the environment and four characters. */
  String prefix() {
    return text.substring(0, START_LENGTH + SHOWN_AFTER_ENVIRONMENT);
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
