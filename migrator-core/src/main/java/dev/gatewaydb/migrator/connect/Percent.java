package dev.gatewaydb.migrator.connect;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding as libpq reads it: UTF-8, and a plus sign is a plus sign. */
final class Percent {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private Percent() {}

  /** The text cannot be decoded; the message says why without quoting it. */
  static final class BadEscapeException extends Exception {
    BadEscapeException(String message) {
      super(message);
    }
  }

  static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved(b)) {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX.toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  private static boolean isUnreserved(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || "-._~".indexOf(b) >= 0;
  }

  /** Decodes ASCII text. */
  static String decode(String text) throws BadEscapeException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes.write(c == '%' ? escaped(text, i) : c);
      i += c == '%' ? 2 : 0;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new BadEscapeException("is not UTF-8 once its percent escapes are decoded");
    }
  }

  private static int escaped(String text, int percent) throws BadEscapeException {
    if (percent + 2 >= text.length()
        || !HexFormat.isHexDigit(text.charAt(percent + 1))
        || !HexFormat.isHexDigit(text.charAt(percent + 2))) {
      throw new BadEscapeException(
          "has a \"%\" without two hexadecimal digits after it (write a \"%\" as %25)");
    }
    int value = HexFormat.fromHexDigits(text, percent + 1, percent + 3);
    if (value == 0) {
      throw new BadEscapeException("has a NUL character (%00)");
    }
    return value;
  }
}
