package dev.gatewaydb.cli.config;

import java.util.Optional;

/**
 * {@code [database]}.
 *
 * @param url where neither a flag nor a variable names a database; never with a password
 */
public record DatabaseSection(Optional<String> url) {
  static DatabaseSection from(TomlTable table) {
    Optional<String> url = table.string("url");
    UrlRules.check(table, "url", url);
    return new DatabaseSection(url);
  }
}
