package dev.gatewaydb.migrator.layout;

/**
 * One SQL file.
 *
 * @param path relative to the migrations folder, with {@code /} between parts
 * @param text its content, without a byte-order mark
 */
public record MigrationFile(String path, String text) {
  /** The last part of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
