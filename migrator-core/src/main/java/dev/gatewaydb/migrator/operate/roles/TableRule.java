package dev.gatewaydb.migrator.operate.roles;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What roles may do with one table or view, in place of what they may with others. For one that
 * isn't the project's, it is only checked: its owner grants it.
 *
 * @param table {@code name} in any schema, or {@code schema.name}; unquoted
 * @param privileges by role, as in GRANT; a role that isn't named has what it has elsewhere
 */
public record TableRule(String table, Map<RoleKind, Set<String>> privileges) {
  /** What a table's privileges can be; TRUNCATE and TRIGGER are nobody's but the owner's. */
  public static final Set<String> PRIVILEGES =
      Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "REFERENCES");

  /** Copies the map. */
  public TableRule {
    Map<RoleKind, Set<String>> copy = new EnumMap<>(RoleKind.class);
    privileges.forEach((kind, set) -> copy.put(kind, new TreeSet<>(set)));
    privileges = copy;
  }
}
