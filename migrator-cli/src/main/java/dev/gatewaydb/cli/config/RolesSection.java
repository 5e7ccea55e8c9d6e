package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.operate.roles.RoleKind;
import dev.gatewaydb.migrator.operate.roles.RoleSettings;
import dev.gatewaydb.migrator.operate.roles.TableRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code [roles]}.
 *
 * @param settings those of the file, and the defaults for the rest
 */
public record RolesSection(RoleSettings settings) {
  private static final Map<RoleKind, String> NAMES =
      Map.of(
          RoleKind.APPLICATION, "gateway_app",
          RoleKind.MIGRATOR, "gateway_migrator",
          RoleKind.READONLY, "gateway_readonly",
          RoleKind.AUDIT_WRITER, "gateway_audit_writer",
          RoleKind.AUDIT_READER, "gateway_audit_reader");
  private static final Set<RoleKind> LOGIN =
      EnumSet.of(RoleKind.APPLICATION, RoleKind.MIGRATOR, RoleKind.READONLY);
  private static final List<RoleKind> IN_TABLES =
      List.of(RoleKind.APPLICATION, RoleKind.READONLY, RoleKind.AUDIT_READER);

  static RolesSection from(TomlTable table) {
    Map<RoleKind, String> names = new EnumMap<>(RoleKind.class);
    for (RoleKind kind : RoleKind.values()) {
      names.put(kind, table.string(kind.label(), NAMES.getOrDefault(kind, "")));
    }
    Set<RoleKind> login = login(table);
    List<String> auditSchemas = table.strings("audit_schemas").orElse(List.of());
    List<String> append = table.strings("append_functions").orElse(List.of());
    List<TableRule> rules = new ArrayList<>();
    for (TomlTable each : table.tables("table")) {
      rule(each).ifPresent(rules::add);
    }
    boolean exclusive = table.flag("exclusive", false);
    try {
      return new RolesSection(
          new RoleSettings(names, login, auditSchemas, append, rules, exclusive));
    } catch (ConfigurationException e) {
      for (String fault : e.faults()) {
        String[] words = fault.substring("roles.".length()).split(" ", 2);
        table.fault(words[0], words[1]);
      }
      return new RolesSection(
          new RoleSettings(NAMES, LOGIN, List.of(), List.of(), List.of(), false));
    }
  }

  private static Set<RoleKind> login(TomlTable table) {
    Optional<List<String>> words = table.strings("login");
    if (words.isEmpty()) {
      return LOGIN;
    }
    List<String> labels = Arrays.stream(RoleKind.values()).map(RoleKind::label).toList();
    Set<RoleKind> kinds = EnumSet.noneOf(RoleKind.class);
    for (String word : words.get()) {
      if (labels.contains(word)) {
        kinds.add(RoleKind.valueOf(word.toUpperCase(Locale.ROOT)));
      } else {
        table.fault("login", "must hold words out of " + String.join(", ", labels));
      }
    }
    return kinds;
  }

  private static Optional<TableRule> rule(TomlTable table) {
    Optional<String> name = table.string("name").filter(word -> !word.isBlank());
    Map<RoleKind, Set<String>> privileges = new EnumMap<>(RoleKind.class);
    for (RoleKind kind : IN_TABLES) {
      Optional<List<String>> words = table.strings(kind.label());
      words.ifPresent(list -> privileges.put(kind, privileges(table, kind, list)));
    }
    if (name.isEmpty()) {
      table.fault("name", "is missing");
    }
    return name.map(text -> new TableRule(text, privileges));
  }

  private static Set<String> privileges(TomlTable table, RoleKind kind, Collection<String> words) {
    Set<String> upper = new TreeSet<>();
    words.forEach(word -> upper.add(word.toUpperCase(Locale.ROOT)));
    if (!TableRule.PRIVILEGES.containsAll(upper)) {
      table.fault(
          kind.label(),
          "must hold words out of " + String.join(", ", new TreeSet<>(TableRule.PRIVILEGES)));
      return Set.of();
    }
    return upper;
  }
}
