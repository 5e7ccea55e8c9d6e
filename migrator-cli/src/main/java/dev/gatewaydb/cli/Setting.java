package dev.gatewaydb.cli;

import java.util.Optional;

/**
 * A setting in effect.
 *
 * @param name its key in gwdb.toml, or the variable where it has none
 * @param value without secrets; empty when nothing is set and there is no default
 * @param source what it was taken from
 * @param where the flag, the variable or the file
 */
record Setting(String name, Optional<String> value, Source source, Optional<String> where) {
  enum Source {
    FLAG("flag"),
    ENVIRONMENT("environment"),
    ENV_FILE(".env"),
    PROJECT_FILE("gwdb.toml"),
    DEFAULT("default");

    private final String label;

    Source(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }
}
