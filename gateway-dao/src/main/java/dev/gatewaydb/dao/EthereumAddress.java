package dev.gatewaydb.dao;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.jspecify.annotations.Nullable;

/**
 * An Ethereum address, 20 bytes. As text it is {@code 0x} and 40 hexadecimal digits; in mixed case
 * the letters' case is a checksum (<a href="https://eips.ethereum.org/EIPS/eip-55">EIP-55</a>).
 */
public final class EthereumAddress {
  /** How many bytes an address has. */
  public static final int BYTES = 20;

  private static final int DIGITS = 2 * BYTES;
  private static final int KECCAK_BITS = 256;
  private static final int HIGH_NIBBLE = 8;

  private final byte[] bytes;

  private EthereumAddress(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads the text form: digits all in lower or all in upper case, or in mixed case with a right
   * checksum.
   *
   * @throws InvalidInputException for anything else
   */
  public static EthereumAddress parse(String text) {
    if (text.length() != DIGITS + 2 || !text.startsWith("0x") || !isHex(text.substring(2))) {
      throw new InvalidInputException(
          "an address is 0x and %d hexadecimal digits (0-9, a-f), but this one %s"
              .formatted(DIGITS, complaint(text)));
    }
    String digits = text.substring(2);
    EthereumAddress address = new EthereumAddress(HexFormat.of().parseHex(digits));
    boolean mixed =
        !digits.equals(digits.toLowerCase(Locale.ROOT))
            && !digits.equals(digits.toUpperCase(Locale.ROOT));
    if (mixed && !address.toString().equals(text)) {
      throw new InvalidInputException(
          "the address's checksum (EIP-55, its letters' case) is wrong: check each character; an"
              + " address in lower case is taken without one");
    }
    return address;
  }

  private static String complaint(String text) {
    if (!text.startsWith("0x")) {
      return "does not start with 0x";
    }
    return text.length() == DIGITS + 2
        ? "has another character"
        : "has %d after the 0x".formatted(text.length() - 2);
  }

  private static boolean isHex(String text) {
    // HexFormat takes look-alikes such as full-width digits for what they look like.
    return text.chars().allMatch(c -> c < 128 && HexFormat.isHexDigit(c));
  }

  /**
   * Copies the bytes.
   *
   * @throws InvalidInputException when they aren't {@value #BYTES}
   */
  public static EthereumAddress of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new InvalidInputException(
          "an address has %d bytes, not %d".formatted(BYTES, bytes.length));
    }
    return new EthereumAddress(bytes.clone());
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EthereumAddress address && Arrays.equals(bytes, address.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text form, with EIP-55's checksum. */
  @Override
  public String toString() {
    String digits = HexFormat.of().formatHex(bytes);
    byte[] hash = keccak(digits.getBytes(StandardCharsets.US_ASCII));
    StringBuilder text = new StringBuilder("0x");
    for (int i = 0; i < digits.length(); i++) {
      int nibble = (i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2]) & 0xF;
      char digit = digits.charAt(i);
      text.append(nibble >= HIGH_NIBBLE ? Character.toUpperCase(digit) : digit);
    }
    return text.toString();
  }

  /** The hash that Ethereum uses: Keccak as submitted, which SHA3-256 is not. */
  private static byte[] keccak(byte[] message) {
    KeccakDigest digest = new KeccakDigest(KECCAK_BITS);
    digest.update(message, 0, message.length);
    byte[] hash = new byte[digest.getDigestSize()];
    digest.doFinal(hash, 0);
    return hash;
  }
}
