package dev.gatewaydb.migrator.operate.roles;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which rights each role needs, and no others. */
final class Wanted {
  private static final Set<String> NONE = Set.of();
  private static final Set<String> READ = Set.of("SELECT");
  private static final Set<String> WRITE = Set.of("SELECT", "INSERT", "UPDATE", "DELETE");
  private static final Set<String> NUMBERS = Set.of("USAGE", "SELECT");
  private static final Set<String> CALL = Set.of("EXECUTE");

  private final RoleSettings settings;

  Wanted(RoleSettings settings) {
    this.settings = settings;
  }

  /** By a direct grant; what comes with ownership isn't among them. */
  Set<String> of(RoleKind kind, Securable object) {
    Set<String> wanted = new TreeSet<>(unsorted(kind, object));
    if (object.owner().equals(settings.name(kind))) {
      wanted.clear();
    }
    return wanted;
  }

  private Set<String> unsorted(RoleKind kind, Securable object) {
    if (object.noun().equals("DATABASE")) {
      return kind == RoleKind.MIGRATOR
          ? Set.of("CONNECT", "CREATE", "TEMPORARY")
          : Set.of("CONNECT");
    }
    if (object.isRelation()) {
      Optional<Set<String>> rule = rule(kind, object);
      if (rule.isPresent()) {
        return rule.get();
      }
    }
    if (!object.ours()) {
      return NONE;
    }
    boolean audit = settings.auditSchemas().contains(object.schema());
    if (object.noun().equals("SCHEMA")) {
      return schema(kind, audit);
    }
    if (kind == RoleKind.MIGRATOR) {
      return NONE;
    }
    return audit ? audit(kind, object) : usual(kind, object);
  }

  private Optional<Set<String>> rule(RoleKind kind, Securable object) {
    return settings.tables().stream()
        .filter(rule -> object.isCalled(rule.table()) && rule.privileges().containsKey(kind))
        .findFirst()
        .map(rule -> rule.privileges().getOrDefault(kind, NONE));
  }

  private static Set<String> schema(RoleKind kind, boolean audit) {
    if (kind == RoleKind.MIGRATOR) {
      return Set.of("USAGE", "CREATE");
    }
    return kind.isAudit() == audit ? Set.of("USAGE") : NONE;
  }

  private static Set<String> usual(RoleKind kind, Securable object) {
    if (kind.isAudit()) {
      return NONE;
    }
    boolean application = kind == RoleKind.APPLICATION;
    return switch (object.noun()) {
      // A view may show, with its owner's rights, what a role has no right to change.
      case "TABLE" -> application && !object.kept() ? WRITE : READ;
      case "SEQUENCE" -> application ? NUMBERS : READ;
      case "ROUTINE" -> application || cannotWrite(object) ? CALL : NONE;
      default -> READ;
    };
  }

  private Set<String> audit(RoleKind kind, Securable object) {
    boolean appends = settings.appendFunctions().stream().anyMatch(object::isCalled);
    if (kind == RoleKind.AUDIT_WRITER) {
      return object.noun().equals("ROUTINE") && appends ? CALL : NONE;
    }
    if (kind != RoleKind.AUDIT_READER) {
      return NONE;
    }
    return switch (object.noun()) {
      case "ROUTINE" -> !appends && cannotWrite(object) ? CALL : NONE;
      case "SEQUENCE" -> NONE;
      default -> READ;
    };
  }

  private static boolean cannotWrite(Securable routine) {
    return !routine.definer() && !routine.triggers();
  }

  /**
   * For objects to come: by role's kind, in a schema.
   *
   * @param type as pg_default_acl has it: r, S or f
   */
  Map<RoleKind, Set<String>> future(String schema, String type) {
    Map<RoleKind, Set<String>> wanted = new TreeMap<>();
    boolean audit = settings.auditSchemas().contains(schema);
    for (RoleKind kind : settings.kinds()) {
      Set<String> rights =
          switch (kind) {
            case APPLICATION ->
                audit ? NONE : type.equals("r") ? WRITE : type.equals("S") ? NUMBERS : CALL;
            case READONLY -> audit || type.equals("f") ? NONE : READ;
            case AUDIT_READER -> audit && type.equals("r") ? READ : NONE;
            default -> NONE;
          };
      wanted.put(kind, new TreeSet<>(rights));
    }
    return wanted;
  }

  /** Of everybody's rights on an object, those that have to go. */
  Set<String> tooMuchForPublic(Securable object) {
    Set<String> held = object.held(Securable.PUBLIC);
    switch (object.noun()) {
      case "DATABASE" -> {
        if (!settings.exclusive()) {
          held.removeAll(Set.of("CONNECT", "TEMPORARY"));
        }
      }
      case "SCHEMA" -> held.remove("USAGE");
      default -> {
        // All of it.
      }
    }
    return held;
  }
}
