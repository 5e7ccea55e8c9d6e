package dev.gatewaydb.migrator.connect;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the settings are read from; the environment itself is the caller's to read.
 *
 * @param variables names to values; an empty value counts as not set, as in libpq
 * @param osUser the default for the database user
 * @param home where {@code .pgpass} is looked for
 */
record Environment(Map<String, String> variables, String osUser, Path home) {
  static Environment of(Map<String, String> variables) {
    return new Environment(
        variables,
        System.getProperty("user.name", ""),
        Path.of(System.getProperty("user.home", "")));
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }
}
