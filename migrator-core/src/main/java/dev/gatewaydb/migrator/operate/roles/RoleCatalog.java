package dev.gatewaydb.migrator.operate.roles;

import dev.gatewaydb.migrator.MigrationLock;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.adopt.Tool;
import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.check.Ownership;
import dev.gatewaydb.migrator.check.Snapshots;
import dev.gatewaydb.migrator.connect.ServerVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a database has of roles and rights at one moment. */
record RoleCatalog(
    int serverVersion,
    long lockKey,
    String quotedUser,
    Map<String, Role> roles,
    List<Membership> memberships,
    List<Securable> securables,
    List<Default> defaults,
    boolean futureRoutinesPublic,
    List<Holding> holdings,
    List<CatalogObject> ours) {
  private static final Set<String> OTHER_TOOLS = Set.of("alembic_version");

  /** Attributes, such as SUPERUSER, are those that it has. */
  record Role(
      String name,
      String quoted,
      String literal,
      boolean present,
      boolean login,
      Set<String> attributes,
      @Nullable String validUntil,
      boolean expired) {}

  /** A role that one of ours belongs to. */
  record Membership(
      String member,
      String role,
      boolean inherits,
      boolean maySet,
      boolean admin,
      boolean superuser,
      boolean direct) {}

  /** A right on objects to come; the schema is empty for all. */
  record Default(String creator, String schema, String type, String grantee, String privilege) {}

  /** What a role owns, or has rights on. */
  record Holding(String role, boolean owns, String object) {}

  /** In the connection's transaction, which has an empty search_path when this returns. */
  static RoleCatalog read(
      Connection connection, MigratorOptions options, Ownership ownership, RoleSettings settings)
      throws SQLException {
    long lockKey = MigrationLock.key(connection, options);
    String historySchema = Snapshots.historySchema(connection, options);
    SchemaSnapshot live = SchemaSnapshot.read(connection);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL search_path = ''");
    }
    Reader reader = new Reader(connection, settings);
    Set<String> kept = new HashSet<>();
    options.bookkeepingTables().forEach(table -> kept.add(historySchema + "." + table));
    SchemaSnapshot bookkeeping = live.withoutTables(kept);
    SchemaSnapshot others = bookkeeping.withoutTables(otherTools());
    List<CatalogObject> ours = new ArrayList<>(ownership.oursIn(others).objects());
    live.objects().stream().filter(o -> bookkeeping.find(o.id()).isEmpty()).forEach(ours::add);
    ours.removeIf(object -> object.id().kind() == ObjectKind.EXTENSION);
    return new RoleCatalog(
        ServerVersion.of(connection).major(),
        lockKey,
        reader.user(),
        reader.roles(),
        reader.memberships(),
        reader.securables(ours, kept, historySchema),
        reader.defaults(),
        reader.futureRoutinesPublic(),
        reader.holdings(),
        List.copyOf(ours));
  }

  private static Collection<String> otherTools() {
    Set<String> tables = new TreeSet<>(OTHER_TOOLS);
    for (Tool tool : Tool.values()) {
      tables.add(tool.table());
    }
    return tables;
  }

  Role role(String name) {
    return Optional.ofNullable(roles.get(name)).orElseThrow();
  }

  List<Membership> memberships(String name) {
    return memberships.stream().filter(m -> m.member().equals(name)).toList();
  }

  /** The same once the project's objects belong to this role. */
  RoleCatalog ownedBy(Role owner) {
    List<Securable> changed =
        securables.stream()
            .map(
                s ->
                    s.ours() && !s.noun().equals("DATABASE") && !s.plain().equals("public")
                        ? s.ownedBy(owner.name(), owner.quoted())
                        : s)
            .toList();
    return new RoleCatalog(
        serverVersion,
        lockKey,
        quotedUser,
        roles,
        memberships,
        changed,
        defaults,
        futureRoutinesPublic,
        holdings,
        ours);
  }

  /** Runs the queries. */
  private record Reader(Connection connection, RoleSettings settings) {
    private interface Row<T> {
      T of(ResultSet row) throws SQLException;
    }

    private String[] names() {
      return settings.kinds().stream().map(settings::name).toArray(String[]::new);
    }

    private <T> List<T> query(String sql, boolean named, Row<T> reader) throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        if (named) {
          statement.setArray(1, connection.createArrayOf("text", names()));
        }
        try (ResultSet rows = statement.executeQuery()) {
          List<T> all = new ArrayList<>();
          while (rows.next()) {
            all.add(reader.of(rows));
          }
          return all;
        }
      }
    }

    String user() throws SQLException {
      return query("SELECT quote_ident(current_user)", false, row -> row.getString(1)).getFirst();
    }

    Map<String, Role> roles() throws SQLException {
      Map<String, Role> roles = new LinkedHashMap<>();
      query(RoleSql.ROLES, true, Reader::role).forEach(role -> roles.put(role.name(), role));
      return roles;
    }

    private static Role role(ResultSet row) throws SQLException {
      Set<String> attributes = new TreeSet<>();
      for (String word :
          List.of("SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS")) {
        String column =
            word.equals("SUPERUSER") ? "rolsuper" : "rol" + word.toLowerCase(Locale.ROOT);
        if (row.getBoolean(column)) {
          attributes.add(word);
        }
      }
      return new Role(
          row.getString("name"),
          row.getString("quoted"),
          row.getString("literal"),
          row.getBoolean("present"),
          row.getBoolean("rolcanlogin"),
          attributes,
          row.getString("valid_until"),
          row.getBoolean("expired"));
    }

    List<Membership> memberships() throws SQLException {
      return query(
          RoleSql.MEMBERSHIPS,
          true,
          row ->
              new Membership(
                  row.getString("name"),
                  row.getString("role"),
                  row.getBoolean("inherits"),
                  row.getBoolean("may_set"),
                  row.getBoolean("admin"),
                  row.getBoolean("rolsuper"),
                  row.getBoolean("direct")));
    }

    List<Default> defaults() throws SQLException {
      return query(
          RoleSql.DEFAULTS,
          false,
          row ->
              new Default(
                  row.getString("creator"),
                  row.getString("schema"),
                  row.getString("type"),
                  row.getString("grantee"),
                  row.getString("privilege")));
    }

    boolean futureRoutinesPublic() throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(RoleSql.DEFAULT_EXECUTE)) {
        statement.setString(1, settings.name(RoleKind.MIGRATOR));
        try (ResultSet row = statement.executeQuery()) {
          return row.next() && row.getBoolean(1);
        }
      }
    }

    List<Holding> holdings() throws SQLException {
      return query(
          RoleSql.HOLDINGS,
          true,
          row ->
              new Holding(row.getString("name"), row.getBoolean("owns"), row.getString("object")));
    }

    List<Securable> securables(List<CatalogObject> ours, Set<String> kept, String historySchema)
        throws SQLException {
      Set<String> keys = new HashSet<>();
      Set<String> schemas = new HashSet<>(settings.auditSchemas());
      schemas.add(historySchema);
      for (CatalogObject object : ours) {
        key(object.id()).ifPresent(keys::add);
      }
      Map<String, Securable> found = new LinkedHashMap<>();
      query(RoleSql.RIGHTS, true, row -> add(row, keys, kept, found));
      found.values().stream()
          .filter(s -> s.ours() && !s.noun().equals("DATABASE"))
          .forEach(s -> schemas.add(s.schema()));
      return found.values().stream()
          .map(s -> s.noun().equals("SCHEMA") && schemas.contains(s.plain()) ? s.asOurs() : s)
          .toList();
    }

    private Securable add(
        ResultSet row, Set<String> keys, Set<String> kept, Map<String, Securable> found)
        throws SQLException {
      String noun = row.getString("noun");
      String name = row.getString("name");
      String key = noun + " " + row.getString("key");
      String schema = row.getString("schema");
      String plain = row.getString("plain");
      List<Securable.Right> rights = new ArrayList<>();
      String grantee = row.getString("grantee");
      String part = row.getString("part");
      String owner = row.getString("owner");
      if (grantee != null) {
        rights.add(
            new Securable.Right(
                grantee,
                row.getString("privilege"),
                part == null ? "" : part,
                row.getBoolean("grantable")));
      }
      Securable one =
          new Securable(
              noun,
              name,
              schema,
              plain,
              owner,
              row.getString("quoted_owner"),
              // The migrator's rights are borrowed.
              row.getBoolean("manageable") || owner.equals(settings.name(RoleKind.MIGRATOR)),
              noun.equals("DATABASE") || keys.contains(key),
              row.getBoolean("provided"),
              kept.contains(schema + "." + plain),
              row.getBoolean("triggers"),
              row.getBoolean("definer"),
              rights);
      return found.merge(noun + " " + name, one, (before, next) -> before.plus(next.rights()));
    }

    private static Optional<String> key(ObjectId id) {
      Optional<String> noun =
          switch (id.kind()) {
            case TABLE, FOREIGN_TABLE -> Optional.of("TABLE");
            case VIEW, MATERIALIZED_VIEW -> Optional.of("VIEW");
            case SEQUENCE -> Optional.of("SEQUENCE");
            case FUNCTION, PROCEDURE, AGGREGATE -> Optional.of("ROUTINE");
            case SCHEMA -> Optional.of("SCHEMA");
            default -> Optional.empty();
          };
      return noun.map(word -> word + " " + id.name());
    }
  }
}
