package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.operate.roles.RoleKind;
import dev.gatewaydb.migrator.operate.roles.TableRule;
import dev.gatewaydb.schema.ExternalReference;
import dev.gatewaydb.schema.GatewaySchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What roles need of the built-in schema's tables, where it isn't what they need of most. */
final class BuiltInRoles {
  private BuiltInRoles() {}

  static List<TableRule> tables() {
    List<TableRule> rules = new ArrayList<>();
    rules.add(
        rule(
            GatewaySchema.audit().table(),
            Map.of(RoleKind.APPLICATION, Set.of("SELECT", "INSERT"))));
    rules.add(
        rule(GatewaySchema.environmentTable(), Map.of(RoleKind.APPLICATION, Set.of("SELECT"))));
    // Keys count only while their user is active; the foreign key is the migrator's to make.
    GatewaySchema.externalReferences().stream()
        .map(ExternalReference::referencedTable)
        .distinct()
        .map(
            table ->
                rule(
                    table,
                    Map.of(
                        RoleKind.APPLICATION,
                        Set.of("SELECT"),
                        RoleKind.MIGRATOR,
                        Set.of("SELECT", "REFERENCES"))))
        .forEach(rules::add);
    return rules;
  }

  private static TableRule rule(String table, Map<RoleKind, Set<String>> privileges) {
    return new TableRule(table, privileges);
  }
}
