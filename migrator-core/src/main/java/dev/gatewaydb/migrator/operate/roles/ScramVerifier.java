package dev.gatewaydb.migrator.operate.roles;

import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PasswordUtil;

/**
 * What PostgreSQL stores of a password (RFC 5802, RFC 7677), computed by the driver: the password
 * itself never goes to the server.
 */
final class ScramVerifier {
  private static final Pattern STORED =
      Pattern.compile("SCRAM-SHA-256\\$(\\d{1,9}):([A-Za-z0-9+/=]+)\\$.*");

  private ScramVerifier() {}

  /** One with a new salt. */
  static String of(Secret password) {
    try {
      return PasswordUtil.encodeScramSha256(password.reveal().toCharArray());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "a password holds characters that can't be typed in (SASLprep, RFC 4013)",
          "Use letters, digits and punctuation.");
    }
  }

  /** Whether {@code stored} is one of this password; false for other kinds, such as MD5. */
  static boolean isOf(String stored, Secret password) {
    Matcher parts = STORED.matcher(stored);
    if (!parts.matches()) {
      return false;
    }
    String again =
        PasswordUtil.encodeScramSha256(
            password.reveal().toCharArray(),
            Integer.parseInt(parts.group(1)),
            Base64.getDecoder().decode(parts.group(2)));
    return MessageDigest.isEqual(
        again.getBytes(StandardCharsets.UTF_8), stored.getBytes(StandardCharsets.UTF_8));
  }
}
