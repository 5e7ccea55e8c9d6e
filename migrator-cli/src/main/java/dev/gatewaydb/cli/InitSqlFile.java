package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file that somebody says is SQL. */
final class InitSqlFile {
  /** A schema of thousands of tables is well below. */
  private static final int MOST_BYTES = 32 << 20;

  private static final byte[] ARCHIVE = "PGDMP".getBytes(StandardCharsets.US_ASCII);

  private InitSqlFile() {}

  /**
   * @param shown for messages
   * @throws ConfigurationException for anything but text of a bearable size
   */
  static String read(Path file, Path shown) {
    byte[] bytes;
    if (Files.isDirectory(file)) {
      throw new ConfigurationException("%s is a folder".formatted(shown), "Name the file in it.");
    }
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(
          "there is no file " + shown,
          "Make one with 'gwdb init-sql generate --out %s'.".formatted(shown));
    } catch (AccessDeniedException e) {
      throw new ConfigurationException(
          "%s can't be read: permission denied".formatted(shown), "Check who may read it.");
    } catch (IOException e) {
      throw new ConfigurationException("%s can't be read: %s".formatted(shown, e.getMessage()), "");
    }
    if (bytes.length > MOST_BYTES) {
      throw new ConfigurationException(
          "%s has more than %d MiB, and a schema alone never has"
              .formatted(shown, MOST_BYTES >> 20),
          "If it holds data as well, dump with pg_dump --schema-only.");
    }
    if (startsWith(bytes, ARCHIVE)) {
      throw new ConfigurationException(
          "%s is an archive of pg_dump's, not SQL".formatted(shown),
          "Make SQL of it: pg_restore --schema-only --file=schema.sql %s".formatted(shown));
    }
    return text(bytes, shown);
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && ByteBuffer.wrap(bytes, 0, start.length).equals(ByteBuffer.wrap(start));
  }

  private static String text(byte[] bytes, Path shown) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') < 0) {
        return text;
      }
    } catch (CharacterCodingException e) {
      // Said below.
    }
    throw new ConfigurationException(
        "%s is not text in UTF-8".formatted(shown),
        "Convert it if it is text in another encoding: iconv -f ENCODING -t UTF-8.");
  }
}
