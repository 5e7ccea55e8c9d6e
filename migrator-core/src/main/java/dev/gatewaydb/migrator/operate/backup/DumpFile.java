package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file that pg_dump wrote, for us or for others: its custom format, or SQL, also compressed with
 * gzip.
 *
 * @param archive whether it is in the custom format
 * @param gzip whether it is SQL compressed with gzip
 */
record DumpFile(Path path, boolean archive, boolean gzip) {
  private static final String ARCHIVE = "PGDMP";
  private static final String DUMP = "-- PostgreSQL database dump";
  private static final int HEAD_BYTES = 4096;
  private static final int BUFFER_BYTES = 1 << 16;

  /** Enough of a line to see what it is; a row may have any length. */
  private static final int LINE_BYTES = 200;

  /**
   * Looks what it is.
   *
   * @throws ConfigurationException when there is no such file
   * @throws RefusedException for anything that isn't a dump
   */
  static DumpFile of(Path path) {
    if (Files.isDirectory(path)) {
      throw new ConfigurationException(
          path + " is a folder", "Name a file in it; 'gwdb backup list' shows them.");
    }
    if (!Files.isRegularFile(path)) {
      throw new ConfigurationException(
          "there is no file " + path, "'gwdb backup list' shows what a folder holds.");
    }
    try {
      String head = head(Files.newInputStream(path));
      if (head.startsWith(ARCHIVE)) {
        return new DumpFile(path, true, false);
      }
      boolean gzip = head.startsWith("\u001f\u008b");
      if (gzip) {
        head = head(new GZIPInputStream(Files.newInputStream(path)));
      }
      if (gzip && head.startsWith(ARCHIVE)) {
        throw new RefusedException(
            path + " is a compressed archive", "Uncompress it first: gunzip " + path, null);
      }
      if (head.isBlank() || head.indexOf('\0') >= 0) {
        throw new RefusedException(
            head.isEmpty() ? path + " is empty" : path + " is neither a pg_dump archive nor SQL",
            "Take another backup.",
            null);
      }
      if (!head.contains(DUMP) && !path.toString().matches(".*\\.sql(\\.gz)?")) {
        throw new RefusedException(
            path + " is neither a pg_dump archive nor called .sql or .sql.gz",
            path.toString().endsWith(".dump.json")
                ? "It tells of a backup; name the .dump beside it."
                : "If it holds SQL to be run, give it such a name.",
            null);
      }
      return new DumpFile(path, false, gzip);
    } catch (EOFException | ZipException e) {
      throw damaged(path, e);
    } catch (IOException e) {
      throw new ConfigurationException(
          "%s can't be read: %s".formatted(path, UnfinishedBackup.reason(e)), "");
    }
  }

  private static String head(InputStream stream) throws IOException {
    try (stream) {
      return new String(stream.readNBytes(HEAD_BYTES), StandardCharsets.ISO_8859_1);
    }
  }

  private static RefusedException damaged(Path path, Exception e) {
    return new RefusedException(
        path + " is truncated or damaged: " + e.getMessage(), "Take another backup.", e);
  }

  /** Its SQL, uncompressed. */
  InputStream sql() throws IOException {
    InputStream raw = Files.newInputStream(path);
    return new BufferedInputStream(
        gzip ? new GZIPInputStream(raw, BUFFER_BYTES) : raw, BUFFER_BYTES);
  }

  /**
   * Reads all of the SQL, and refuses what would end half way or go elsewhere.
   *
   * @throws RefusedException when it is damaged, has no end, or isn't of one database
   */
  void requireWholeSql() {
    SqlLines seen = new SqlLines();
    try (InputStream sql = sql()) {
      byte[] line = new byte[LINE_BYTES];
      int length = 0;
      for (int b = sql.read(); b >= 0; b = sql.read()) {
        if (b == '\n') {
          seen.add(new String(line, 0, length, StandardCharsets.ISO_8859_1));
          length = 0;
        } else if (length < line.length) {
          line[length++] = (byte) b;
        }
      }
      seen.add(new String(line, 0, length, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw damaged(path, e);
    }
    seen.requireWhole(path);
  }

  /** The SQL in one transaction, which nothing but its last line commits. */
  InputStream transaction() throws IOException {
    return new SequenceInputStream(
        new SequenceInputStream(text("BEGIN;\n"), sql()), text("\nCOMMIT;\n"));
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }
}
