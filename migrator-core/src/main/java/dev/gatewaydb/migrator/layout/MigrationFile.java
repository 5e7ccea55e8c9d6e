package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;
import org.flywaydb.core.internal.resource.StringResource;

/**
 * One SQL file.
 *
 * @param path relative to the migrations folder, with {@code /} between parts
 * @param text its content, without a byte-order mark
 */
public record MigrationFile(String path, String text) {
  /**
   * Reads one file.
   *
   * @param shown how messages name it
   * @throws ConfigurationException when it can't be read, or isn't UTF-8
   */
  public static MigrationFile read(Path file, String shown) {
    try {
      String text = Files.readString(file);
      return new MigrationFile(shown, text.startsWith("\uFEFF") ? text.substring(1) : text);
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

  /** Flyway's CRC-32 of the lines; line ends don't count, comments do. */
  public int checksum() {
    return ChecksumCalculator.calculate(new StringResource(text));
  }
}
