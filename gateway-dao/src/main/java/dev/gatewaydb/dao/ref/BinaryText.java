package dev.gatewaydb.dao.ref;

import dev.gatewaydb.dao.InvalidInputException;
import java.util.Base64;
import java.util.HexFormat;

/** Bytes as text: hexadecimal, perhaps after 0x, else base64 in either alphabet. */
final class BinaryText {
  private BinaryText() {}

  static byte[] parse(String subject, String text) {
    String digits = text.startsWith("0x") ? text.substring(2) : text;
    boolean hex =
        digits.length() % 2 == 0
            && digits.chars().allMatch(c -> c < 128 && HexFormat.isHexDigit(c));
    try {
      if (hex) {
        return HexFormat.of().parseHex(digits);
      }
      return text.matches(".*[-_].*")
          ? Base64.getUrlDecoder().decode(text)
          : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(subject + " is neither hexadecimal nor base64");
    }
  }
}
