package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.operate.maintain.RetentionRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code [[retention]]}.
 *
 * @param rules in the file's order, each with a name of its own
 */
public record RetentionSection(List<RetentionRule> rules) {
  static RetentionSection from(List<TomlTable> tables) {
    List<RetentionRule> rules = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (TomlTable table : tables) {
      read(table)
          .ifPresent(
              rule -> {
                if (!names.add(rule.name())) {
                  table.fault(
                      table.has("name") ? "name" : "table",
                      "is \"%s\", as of another rule; give it a name of its own"
                          .formatted(rule.name()));
                }
                rules.add(rule);
              });
    }
    return new RetentionSection(List.copyOf(rules));
  }

  private static Optional<RetentionRule> read(TomlTable toml) {
    Optional<String> name = toml.string("name").filter(text -> !text.isBlank());
    Optional<String> table = toml.required("table");
    Optional<String> column = toml.required("column");
    Optional<Duration> olderThan = toml.requiredDuration("older_than");
    Optional<String> where = toml.string("where").filter(text -> !text.isBlank());
    if (olderThan.filter(Duration::isZero).isPresent()) {
      toml.fault("older_than", "is 0, and would empty the table; 1s is the least");
      return Optional.empty();
    }
    return table.isEmpty() || column.isEmpty() || olderThan.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new RetentionRule(
                name.or(() -> table).get(), table.get(), column.get(), olderThan.get(), where));
  }
}
