package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.operate.maintain.AuditPolicy;
import dev.gatewaydb.migrator.operate.maintain.AuditTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code [audit]}.
 *
 * @param table where the project keeps its audit trail
 */
public record AuditSection(Optional<AuditTable> table) {
  private static final List<String> POLICIES =
      Stream.of(AuditPolicy.values()).map(AuditSection::word).toList();

  private static String word(AuditPolicy policy) {
    return policy.name().toLowerCase(Locale.ROOT);
  }

  static AuditSection from(TomlTable toml, boolean given) {
    Optional<String> name = given ? toml.required("table") : toml.string("table");
    String column = toml.string("column", "timestamp");
    AuditPolicy policy =
        AuditPolicy.valueOf(
            toml.choice("policy", POLICIES, word(AuditPolicy.ANNUAL)).toUpperCase(Locale.ROOT));
    Optional<String> function = toml.string("prune_function").filter(text -> !text.isBlank());
    if (column.isBlank()) {
      toml.fault("column", "is empty");
      return new AuditSection(Optional.empty());
    }
    return new AuditSection(name.map(table -> new AuditTable(table, column, policy, function)));
  }
}
