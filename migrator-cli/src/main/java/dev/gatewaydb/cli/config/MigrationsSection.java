package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.layout.Layout;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code [migrations]}: which files, and where their history is.
 *
 * @param directory absolute; empty: the built-in gateway schema is meant
 * @param layout empty: told by the files' names
 * @param prerequisites absolute; empty: looked for, see docs/configuration.md
 * @param historySchema empty: the connection's first schema
 * @param historyTable Flyway's table
 */
public record MigrationsSection(
    Optional<Path> directory,
    Optional<Layout> layout,
    Optional<Path> prerequisites,
    Optional<String> historySchema,
    String historyTable) {
  static MigrationsSection from(TomlTable table) {
    Optional<Path> directory = table.path("directory");
    Optional<Layout> layout = table.choice("layout", Layout.labels()).flatMap(Layout::of);
    Optional<Path> prerequisites = table.path("prerequisites");
    Optional<String> schema = table.string("history_schema");
    String name = table.string("history_table", MigratorOptions.DEFAULT.historyTable());
    if (!table.has("directory") && layout.isPresent()) {
      table.fault("layout", "is for a folder of your own; name it as migrations.directory");
    }
    requireName(table, "history_table", Optional.of(name));
    requireName(table, "history_schema", schema);
    return new MigrationsSection(directory, layout, prerequisites, schema, name);
  }

  private static void requireName(TomlTable table, String key, Optional<String> name) {
    if (name.filter(text -> text.isBlank() || text.contains("\"")).isPresent()) {
      table.fault(key, "must be a name without quotes");
    }
  }
}
