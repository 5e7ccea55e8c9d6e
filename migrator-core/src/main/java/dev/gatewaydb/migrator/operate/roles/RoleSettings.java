package dev.gatewaydb.migrator.operate.roles;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which roles there are, and what differs from table to table.
 *
 * @param names of all kinds, unquoted
 * @param login those that may log in; the others are groups
 * @param auditSchemas schemas with audit tables, to which only the audit roles have access; empty:
 *     there are no audit roles
 * @param appendFunctions the functions there that audit writers may call, {@code schema.name}
 * @param tables exceptions; the first that fits a table and a role counts
 * @param exclusive whether nobody else uses the database, so that PUBLIC needs no access to it
 */
public record RoleSettings(
    Map<RoleKind, String> names,
    Set<RoleKind> login,
    List<String> auditSchemas,
    List<String> appendFunctions,
    List<TableRule> tables,
    boolean exclusive) {
  /** PostgreSQL's NAMEDATALEN, less the byte that ends a name. */
  private static final int MOST_BYTES = 63;

  /**
   * Refuses names that PostgreSQL would refuse, cut or confuse.
   *
   * @throws ConfigurationException with every fault
   */
  public RoleSettings {
    names = new EnumMap<>(names);
    login = login.isEmpty() ? EnumSet.noneOf(RoleKind.class) : EnumSet.copyOf(login);
    auditSchemas = List.copyOf(auditSchemas);
    appendFunctions = List.copyOf(appendFunctions);
    tables = List.copyOf(tables);
    List<String> faults = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (RoleKind kind : RoleKind.values()) {
      String name = names.getOrDefault(kind, "");
      fault(name).ifPresent(fault -> faults.add("roles.%s %s".formatted(kind.label(), fault)));
      if (!seen.add(name)) {
        faults.add("roles.%s names a role that another key names, too".formatted(kind.label()));
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "Choose other names in gwdb.toml.");
    }
  }

  private static Optional<String> fault(String name) {
    if (name.isBlank()) {
      return Optional.of("is empty");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("holds control characters");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      return Optional.of("is longer than %d bytes".formatted(MOST_BYTES));
    }
    boolean reserved = name.startsWith("pg_") || name.equals("public") || name.equals("none");
    return reserved ? Optional.of("is a name that PostgreSQL reserves") : Optional.empty();
  }

  /** With more exceptions, which count where none of these does. */
  public RoleSettings withTables(List<TableRule> more) {
    List<TableRule> all = new ArrayList<>(tables);
    all.addAll(more);
    return new RoleSettings(names, login, auditSchemas, appendFunctions, all, exclusive);
  }

  /** Those that there are. */
  public List<RoleKind> kinds() {
    return names.keySet().stream()
        .filter(kind -> !kind.isAudit() || !auditSchemas.isEmpty())
        .toList();
  }

  /** Its role, unquoted. */
  public String name(RoleKind kind) {
    return names.getOrDefault(kind, "");
  }
}
