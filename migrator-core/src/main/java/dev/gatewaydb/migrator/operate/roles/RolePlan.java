package dev.gatewaydb.migrator.operate.roles;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The statements that make a database have its roles; all of them may run again and again. */
final class RolePlan {
  private static final Map<String, String> TYPES =
      Map.of("r", "TABLES", "S", "SEQUENCES", "f", "FUNCTIONS");
  private static final int MEMBERSHIPS_HAVE_OPTIONS = 16;

  private final RoleCatalog catalog;
  private final RoleSettings settings;
  private final Wanted wanted;
  private final List<Step> steps = new ArrayList<>();

  /**
   * One statement.
   *
   * @param needed whether it would change something
   */
  record Step(String sql, boolean needed) {}

  private RolePlan(RoleCatalog catalog, RoleSettings settings) {
    this.catalog = catalog;
    this.settings = settings;
    this.wanted = new Wanted(settings);
  }

  /**
   * All of them, in their order.
   *
   * @param transfer whether the project's objects change their owner
   */
  static List<Step> of(RoleCatalog catalog, RoleSettings settings, boolean transfer) {
    RoleCatalog.Role migrator = catalog.role(settings.name(RoleKind.MIGRATOR));
    RolePlan plan = new RolePlan(transfer ? catalog.ownedBy(migrator) : catalog, settings);
    settings.kinds().forEach(plan::role);
    plan.membership();
    int before = plan.steps.size();
    plan.places();
    if (transfer) {
      plan.owners();
    }
    plan.objects();
    plan.future();
    boolean asOwner = plan.steps.subList(before, plan.steps.size()).stream().anyMatch(Step::needed);
    plan.steps.add(before, new Step(plan.borrow(), asOwner));
    plan.steps.add(new Step(plan.giveBack(), asOwner));
    return List.copyOf(plan.steps);
  }

  private void add(boolean needed, String sql) {
    steps.add(new Step(sql, needed));
  }

  private String quoted(RoleKind kind) {
    return catalog.role(settings.name(kind)).quoted();
  }

  /** Every role but the migrator, which has its rights as the owner. */
  private List<RoleKind> grantees() {
    return settings.kinds().stream().filter(kind -> kind != RoleKind.MIGRATOR).toList();
  }

  private void role(RoleKind kind) {
    RoleCatalog.Role role = catalog.role(settings.name(kind));
    boolean login = settings.login().contains(kind);
    String body =
        """
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %1$s) THEN
                CREATE ROLE %2$s %3$s;
            ELSIF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %1$s
                             AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)) THEN
                RAISE EXCEPTION 'a role of this name is there and may do more than is wanted';
            ELSIF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = %1$s AND %4$s) THEN
                ALTER ROLE %2$s %3$s;
            END IF;
        END"""
            .formatted(
                role.literal(),
                role.quoted(),
                login ? "LOGIN" : "NOLOGIN",
                login ? "NOT rolcanlogin" : "rolcanlogin");
    add(!role.present() || role.login() != login, block(body));
  }

  /** As long as the body holds it, the tag grows: names may hold anything. */
  private static String block(String body) {
    String tag = "$do$";
    while (body.contains(tag)) {
      tag = tag.substring(0, tag.length() - 1) + "_$";
    }
    return "DO %s%n%s%n%s".formatted(tag, body, tag).replace("\r\n", "\n");
  }

  private void membership() {
    if (!settings.kinds().contains(RoleKind.AUDIT_WRITER)) {
      return;
    }
    boolean there =
        catalog.memberships(settings.name(RoleKind.APPLICATION)).stream()
            .anyMatch(m -> m.direct() && m.role().equals(settings.name(RoleKind.AUDIT_WRITER)));
    add(
        !there,
        "GRANT %s TO %s".formatted(quoted(RoleKind.AUDIT_WRITER), quoted(RoleKind.APPLICATION)));
  }

  /** For the time of the transaction, who runs this has the owner's rights. */
  private String borrow() {
    boolean options = catalog.serverVersion() >= MEMBERSHIPS_HAVE_OPTIONS;
    String literal = catalog.role(settings.name(RoleKind.MIGRATOR)).literal();
    String lacking =
        (options
                ? "NOT pg_has_role(current_user, %1$s, 'USAGE') OR NOT pg_has_role(current_user, %1$s, 'SET')"
                : "NOT pg_has_role(current_user, %1$s, 'MEMBER')")
            .formatted(literal);
    return block(
        """
        BEGIN
            IF %s THEN
                GRANT %s TO current_user%s;
                PERFORM set_config('gwdb.borrowed', 'yes', true);
            END IF;
        END"""
            .formatted(
                lacking, quoted(RoleKind.MIGRATOR), options ? " WITH INHERIT TRUE, SET TRUE" : ""));
  }

  private String giveBack() {
    return block(
        """
        BEGIN
            IF current_setting('gwdb.borrowed', true) = 'yes' THEN
                REVOKE %s FROM current_user;
                PERFORM set_config('gwdb.borrowed', '', true);
            END IF;
        END"""
            .formatted(quoted(RoleKind.MIGRATOR)));
  }

  /** The database and the schemas, which others may own. */
  private void places() {
    for (Securable place : catalog.securables()) {
      boolean schema = place.noun().equals("SCHEMA") && place.ours();
      if (!schema && !place.noun().equals("DATABASE")) {
        continue;
      }
      String everybody =
          String.join(
              ", ", schema ? Set.of("CREATE") : new TreeSet<>(Set.of("CONNECT", "TEMPORARY")));
      if (schema || settings.exclusive()) {
        add(
            place.manageable() && !wanted.tooMuchForPublic(place).isEmpty(),
            "REVOKE %s ON %s FROM PUBLIC".formatted(everybody, place.granted()));
      }
      boolean differs = settings.kinds().stream().anyMatch(kind -> differs(place, kind));
      grant(place, settings.kinds(), place.manageable() && differs, "");
    }
  }

  private boolean differs(Securable object, RoleKind kind) {
    return !object.isExactly(settings.name(kind), wanted.of(kind, object));
  }

  private void objects() {
    for (Securable object : catalog.securables()) {
      boolean inPlace = object.noun().equals("SCHEMA") || object.noun().equals("DATABASE");
      if (object.ours() && !inPlace) {
        boolean needed =
            grantees().stream().anyMatch(kind -> differs(object, kind))
                || !object.of(Securable.PUBLIC).isEmpty();
        grant(object, grantees(), needed, "PUBLIC, ");
      }
    }
  }

  private void grant(Securable object, List<RoleKind> kinds, boolean needed, String alsoFrom) {
    add(
        needed,
        "REVOKE ALL ON %s FROM %s%s"
            .formatted(
                object.granted(),
                alsoFrom,
                kinds.stream()
                    .filter(kind -> !object.owner().equals(settings.name(kind)))
                    .map(this::quoted)
                    .collect(Collectors.joining(", "))));
    for (RoleKind kind : kinds) {
      Set<String> rights = wanted.of(kind, object);
      if (!rights.isEmpty()) {
        add(
            needed,
            "GRANT %s ON %s TO %s"
                .formatted(String.join(", ", rights), object.granted(), quoted(kind)));
      }
    }
  }

  private void future() {
    String migrator = quoted(RoleKind.MIGRATOR);
    add(
        catalog.futureRoutinesPublic(),
        "ALTER DEFAULT PRIVILEGES FOR ROLE %s REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
            .formatted(migrator));
    for (Securable schema : catalog.securables()) {
      if (schema.noun().equals("SCHEMA") && schema.ours()) {
        for (String type : List.of("r", "S", "f")) {
          future(schema, type);
        }
      }
    }
  }

  private void future(Securable schema, String type) {
    String head =
        "ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA %s "
            .formatted(quoted(RoleKind.MIGRATOR), schema.name());
    Map<RoleKind, Set<String>> rights = wanted.future(schema.plain(), type);
    boolean differs =
        grantees().stream()
            .anyMatch(
                kind ->
                    !held(schema.plain(), type, settings.name(kind))
                        .equals(rights.getOrDefault(kind, Set.of())));
    add(
        differs,
        "%sREVOKE ALL ON %s FROM %s"
            .formatted(
                head,
                TYPES.getOrDefault(type, ""),
                grantees().stream().map(this::quoted).collect(Collectors.joining(", "))));
    for (RoleKind kind : grantees()) {
      Set<String> each = rights.getOrDefault(kind, Set.of());
      if (!each.isEmpty()) {
        add(
            differs,
            "%sGRANT %s ON %s TO %s"
                .formatted(
                    head, String.join(", ", each), TYPES.getOrDefault(type, ""), quoted(kind)));
      }
    }
  }

  private Set<String> held(String schema, String type, String grantee) {
    return catalog.defaults().stream()
        .filter(d -> d.creator().equals(settings.name(RoleKind.MIGRATOR)))
        .filter(d -> d.schema().equals(schema) && d.type().equals(type))
        .filter(d -> d.grantee().equals(grantee))
        .map(RoleCatalog.Default::privilege)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void owners() {
    for (CatalogObject object : Owners.elsewhere(catalog, settings)) {
      add(true, "ALTER %s OWNER TO %s".formatted(Owners.named(object), quoted(RoleKind.MIGRATOR)));
    }
  }
}
