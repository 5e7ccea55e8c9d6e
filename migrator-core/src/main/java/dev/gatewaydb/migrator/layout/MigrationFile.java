package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;
import org.flywaydb.core.internal.resource.StringResource;

/**
 * One SQL file, which is UTF-8.
 *
 * @param path relative to the migrations folder, with {@code /} between parts
 * @param text its content, without a byte-order mark
 * @param byteOrderMark whether the file starts with one
 */
public record MigrationFile(String path, String text, boolean byteOrderMark) {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** Without a byte-order mark. */
  public MigrationFile(String path, String text) {
    this(path, text, false);
  }

  /** A file whose text may start with a byte-order mark. */
  static MigrationFile of(String path, String raw) {
    boolean marked = raw.startsWith(BYTE_ORDER_MARK);
    return new MigrationFile(path, marked ? raw.substring(1) : raw, marked);
  }

  /**
   * Reads one file.
   *
   * @param shown how messages name it
   * @throws ConfigurationException when it can't be read, or isn't UTF-8
   */
  public static MigrationFile read(Path file, String shown) {
    try {
      return of(shown, Files.readString(file));
    } catch (CharacterCodingException e) {
      throw unreadable(shown, "not UTF-8");
    } catch (NoSuchFileException e) {
      throw unreadable(shown, "not there");
    } catch (AccessDeniedException e) {
      throw unreadable(shown, "can't be read: permission denied");
    } catch (IOException e) {
      throw unreadable(
          shown, Files.isDirectory(file) ? "is a folder" : "can't be read: " + e.getMessage());
    }
  }

  private static ConfigurationException unreadable(String shown, String reason) {
    return new ConfigurationException(shown + ": " + reason, "Nothing was run.");
  }

  /** The last part of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** SHA-384 of the file's bytes in hex: the checksum that sqlx keeps. */
  public String sha384() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-384");
      String raw = byteOrderMark ? BYTE_ORDER_MARK + text : text;
      return HexFormat.of().formatHex(digest.digest(raw.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-384", e);
    }
  }

  /** Flyway's CRC-32 of the lines; line ends don't count, comments do. */
  public int checksum() {
    return ChecksumCalculator.calculate(new StringResource(text));
  }
}
