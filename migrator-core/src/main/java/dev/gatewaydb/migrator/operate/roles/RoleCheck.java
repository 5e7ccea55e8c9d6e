package dev.gatewaydb.migrator.operate.roles;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Compares what roles can do with what they need. */
final class RoleCheck {
  private static final String APPLY = "gwdb roles apply";

  /** PostgreSQL's "Predefined Roles". */
  private static final Map<String, String> POWERS =
      Map.ofEntries(
          Map.entry("pg_read_all_data", "reads every table"),
          Map.entry("pg_write_all_data", "writes every table"),
          Map.entry("pg_read_server_files", "reads files of the server"),
          Map.entry("pg_write_server_files", "writes files of the server"),
          Map.entry("pg_execute_server_program", "runs programs on the server"),
          Map.entry("pg_signal_backend", "ends others' sessions"),
          Map.entry("pg_monitor", "sees others' statements"),
          Map.entry("pg_read_all_stats", "sees others' statements"),
          Map.entry("pg_read_all_settings", "reads all settings"),
          Map.entry("pg_stat_scan_tables", "may lock tables for long"),
          Map.entry("pg_maintain", "may lock every table"),
          Map.entry("pg_checkpoint", "starts checkpoints"),
          Map.entry("pg_create_subscription", "connects the server to others"),
          Map.entry("pg_use_reserved_connections", "takes reserved connections"));

  private final RoleCatalog catalog;
  private final RoleSettings settings;
  private final Wanted wanted;
  private final List<RoleFinding> findings = new ArrayList<>();

  RoleCheck(RoleCatalog catalog, RoleSettings settings) {
    this.catalog = catalog;
    this.settings = settings;
    this.wanted = new Wanted(settings);
  }

  RoleReport report() {
    List<RoleReport.Role> roles = new ArrayList<>();
    for (RoleKind kind : settings.kinds()) {
      RoleCatalog.Role role = catalog.role(settings.name(kind));
      roles.add(new RoleReport.Role(kind, role.name(), role.present(), role.login()));
      if (role.present()) {
        itself(kind, role);
        memberships(kind, role);
        holdings(kind, role);
        catalog.securables().forEach(object -> rights(kind, role, object));
      } else {
        add(role.name(), "role", "", "there is no role " + role.quoted(), APPLY);
      }
    }
    catalog.securables().forEach(this::everybody);
    owners();
    new DefaultsCheck(catalog, settings, wanted).add(findings);
    named();
    return new RoleReport(roles, findings);
  }

  private void add(String role, String check, String object, String message, String nextStep) {
    findings.add(new RoleFinding(role, check, object, message, nextStep));
  }

  private void itself(RoleKind kind, RoleCatalog.Role role) {
    for (String attribute : role.attributes()) {
      add(
          role.name(),
          "attribute",
          "",
          "%s has %s".formatted(role.quoted(), attribute),
          "ALTER ROLE %s NO%s".formatted(role.quoted(), attribute));
    }
    boolean login = settings.login().contains(kind);
    if (role.login() != login) {
      add(
          role.name(),
          login ? "missing" : "attribute",
          "",
          "%s may %s log in".formatted(role.quoted(), login ? "not" : "").replace("  ", " "),
          APPLY);
    }
    if (role.expired()) {
      add(
          role.name(),
          "missing",
          "",
          "the password of %s is valid until %s only".formatted(role.quoted(), role.validUntil()),
          "ALTER ROLE %s VALID UNTIL 'infinity'".formatted(role.quoted()));
    }
  }

  private boolean isExpected(RoleKind kind, String role) {
    return kind == RoleKind.APPLICATION
        && settings.kinds().contains(RoleKind.AUDIT_WRITER)
        && role.equals(settings.name(RoleKind.AUDIT_WRITER));
  }

  private void memberships(RoleKind kind, RoleCatalog.Role role) {
    Set<String> up = new HashSet<>();
    for (RoleCatalog.Membership m : catalog.memberships(role.name())) {
      up.add(m.role());
      if (isExpected(kind, m.role())) {
        if (m.admin()) {
          add(
              role.name(),
              "membership",
              m.role(),
              "%s may make others members of %s".formatted(role.quoted(), m.role()),
              "REVOKE ADMIN OPTION FOR %s FROM %s".formatted(m.role(), role.quoted()));
        }
        continue;
      }
      String power = m.superuser() ? "is a superuser" : POWERS.getOrDefault(m.role(), "");
      String how = m.inherits() ? "has its rights" : m.maySet() ? "may SET ROLE" : "no use of it";
      add(
          role.name(),
          "membership",
          m.role(),
          "%s is a member of %s (%s%s)"
              .formatted(role.quoted(), m.role(), how, power.isEmpty() ? "" : "; that " + power),
          m.direct()
              ? "REVOKE \"%s\" FROM %s".formatted(m.role().replace("\"", "\"\""), role.quoted())
              : "through a role that it is a member of");
    }
    if (kind == RoleKind.APPLICATION
        && settings.kinds().contains(RoleKind.AUDIT_WRITER)
        && !up.contains(settings.name(RoleKind.AUDIT_WRITER))) {
      add(
          role.name(),
          "missing",
          settings.name(RoleKind.AUDIT_WRITER),
          "%s is no member of %s"
              .formatted(
                  role.quoted(), catalog.role(settings.name(RoleKind.AUDIT_WRITER)).quoted()),
          APPLY);
    }
  }

  private void holdings(RoleKind kind, RoleCatalog.Role role) {
    for (RoleCatalog.Holding holding : catalog.holdings()) {
      if (!holding.role().equals(role.name()) || (kind == RoleKind.MIGRATOR && holding.owns())) {
        continue;
      }
      add(
          role.name(),
          holding.owns() ? "owner" : "extra",
          holding.object(),
          "%s %s %s"
              .formatted(
                  role.quoted(), holding.owns() ? "owns" : "has rights on", holding.object()),
          holding.owns()
              ? "gwdb roles apply --transfer-ownership, or ALTER … OWNER TO"
              : "REVOKE them");
    }
  }

  private void rights(RoleKind kind, RoleCatalog.Role role, Securable object) {
    Set<String> needs = wanted.of(kind, object);
    for (Securable.Right right : object.of(role.name())) {
      if (!needs.contains(right.privilege())) {
        extra(role, right.text(), object, "");
      } else if (right.grantable()) {
        extra(role, right.text() + " WITH GRANT OPTION", object, "");
      }
    }
    Set<String> held = object.held(role.name());
    held.addAll(object.held(Securable.PUBLIC));
    boolean owner = object.owner().equals(role.name());
    for (RoleCatalog.Membership m : catalog.memberships(role.name())) {
      if (!m.inherits()) {
        continue;
      }
      owner |= m.role().equals(object.owner());
      held.addAll(object.held(m.role()));
      if (!isExpected(kind, m.role())) {
        object.of(m.role()).stream()
            .filter(right -> !needs.contains(right.privilege()))
            .forEach(right -> extra(role, right.text(), object, " through " + m.role()));
      }
    }
    needs.removeAll(held);
    if (!needs.isEmpty() && !owner) {
      missing(role, String.join(", ", needs), object);
    }
  }

  private void extra(RoleCatalog.Role role, String right, Securable object, String through) {
    boolean ours = object.ours() && through.isEmpty();
    add(
        role.name(),
        "extra",
        object.granted(),
        "%s has %s on %s%s".formatted(role.quoted(), right, object.granted(), through),
        ours ? APPLY : "its owner, %s, can REVOKE that".formatted(object.quotedOwner()));
  }

  private void missing(RoleCatalog.Role role, String rights, Securable object) {
    String grant = "GRANT %s ON %s TO %s".formatted(rights, object.granted(), role.quoted());
    add(
        role.name(),
        "missing",
        object.granted(),
        "%s lacks %s on %s".formatted(role.quoted(), rights, object.granted()),
        object.ours() && object.manageable()
            ? APPLY
            : "as its owner, %s: %s".formatted(object.quotedOwner(), grant));
  }

  /** What everybody may, our roles and others. */
  private void everybody(Securable object) {
    // Functions are everybody's by default; whose they are has to care.
    boolean others = !object.ours() && object.noun().equals("ROUTINE");
    Set<String> tooMuch = wanted.tooMuchForPublic(object);
    if (object.provided()
        || others
        || (tooMuch.isEmpty() && object.of(Securable.PUBLIC).isEmpty())) {
      return;
    }
    Set<String> texts = new TreeSet<>(tooMuch);
    object.of(Securable.PUBLIC).stream()
        .filter(right -> !right.column().isEmpty())
        .forEach(right -> texts.add(right.text()));
    if (!texts.isEmpty()) {
      String rights = String.join(", ", texts);
      add(
          Securable.PUBLIC,
          "extra",
          object.granted(),
          "everybody has %s on %s".formatted(rights, object.granted()),
          object.ours() && object.manageable()
              ? APPLY
              : "as its owner, %s: REVOKE %s ON %s FROM PUBLIC"
                  .formatted(object.quotedOwner(), rights, object.granted()));
    }
  }

  private void owners() {
    for (String line : Owners.lines(catalog, settings)) {
      String migrator = settings.name(RoleKind.MIGRATOR);
      add(migrator, "owner", "", line, "gwdb roles apply --transfer-ownership");
    }
  }

  /** A name that fits nothing would leave an audit unprotected. */
  private void named() {
    for (String schema : settings.auditSchemas()) {
      if (catalog.securables().stream()
          .noneMatch(s -> s.noun().equals("SCHEMA") && s.plain().equals(schema))) {
        notThere("audit_schemas", schema);
      }
    }
    for (String function : settings.appendFunctions()) {
      if (catalog.securables().stream()
          .noneMatch(s -> s.noun().equals("ROUTINE") && s.isCalled(function))) {
        notThere("append_functions", function);
      }
    }
  }

  private void notThere(String key, String name) {
    add(
        settings.name(RoleKind.AUDIT_WRITER),
        "missing",
        name,
        "roles.%s names %s, which isn't there".formatted(key, name),
        "Correct gwdb.toml, or run 'gwdb migrate' first.");
  }
}
