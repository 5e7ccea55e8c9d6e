package dev.gatewaydb.cli.config;

import java.util.List;
import java.util.Optional;

/**
 * {@code [tables]}.
 *
 * @param owned the project's own tables, where it shares its database; empty when not given
 */
public record TablesSection(Optional<List<String>> owned) {
  static TablesSection from(TomlTable table) {
    return new TablesSection(table.strings("owned"));
  }
}
