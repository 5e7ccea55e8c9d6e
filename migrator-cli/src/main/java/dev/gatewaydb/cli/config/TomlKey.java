package dev.gatewaydb.cli.config;

import java.util.Optional;

/**
 * A key that was asked for.
 *
 * @param path with the tables it is in: {@code migrations.directory}, {@code retention[0].table}
 * @param type what it has to be
 * @param given whether the file has it
 * @param value in effect, as text; empty when neither file nor default has one
 */
public record TomlKey(String path, Type type, boolean given, Optional<String> value) {
  /** TOML's types, as far as settings use them. */
  public enum Type {
    STRING("a string"),
    INTEGER("a whole number"),
    BOOLEAN("true or false"),
    STRINGS("a list of strings"),
    TABLE("a table"),
    TABLES("a list of tables");

    private final String words;

    Type(String words) {
      this.words = words;
    }

    /** For messages. */
    String words() {
      return words;
    }
  }
}
