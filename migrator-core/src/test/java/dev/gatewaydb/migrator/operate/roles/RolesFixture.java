package dev.gatewaydb.migrator.operate.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.check.Ownership;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.function.BiConsumer;

/** A database and roles of its own: the server's roles are common to all tests. */
final class RolesFixture implements AutoCloseable {
  static final Secret PASSWORD = Secret.of("correct horse");

  final ScratchDatabase database;
  final Map<RoleKind, String> names = new EnumMap<>(RoleKind.class);
  final String admin;
  Ownership ownership = Ownership.ALL;
  List<String> auditSchemas = List.of();
  List<String> appendFunctions = List.of();
  List<TableRule> tables = List.of();
  boolean exclusive;

  RolesFixture(ScratchDatabase database) throws SQLException {
    this(database, "");
  }

  /** With names that end in {@code tail}. */
  RolesFixture(ScratchDatabase database, String tail) throws SQLException {
    this.database = database;
    String id = "t" + UUID.randomUUID().toString().substring(0, 8);
    for (RoleKind kind : RoleKind.values()) {
      names.put(kind, id + "_" + kind.label() + tail);
    }
    this.admin = id + "_admin";
    superuser(
        "CREATE ROLE %1$s LOGIN CREATEROLE PASSWORD '%2$s'".formatted(admin, PASSWORD.reveal()),
        "ALTER DATABASE \"%s\" OWNER TO %s".formatted(database.name(), admin),
        // As it is from 15 on.
        "ALTER SCHEMA public OWNER TO " + admin);
  }

  RoleSettings settings() {
    return new RoleSettings(
        names, EnumSet.allOf(RoleKind.class), auditSchemas, appendFunctions, tables, exclusive);
  }

  /** As the superuser. */
  Roles roles() {
    return roles(database.settings());
  }

  /** As a role with CREATEROLE that owns the database. */
  Roles rolesOfAdmin() {
    return roles(as(admin));
  }

  Roles roles(DatabaseSettings as) {
    return new Roles(as.dataSource(), MigratorOptions.DEFAULT, ownership, settings());
  }

  List<String> apply(Roles roles) {
    return apply(roles, false);
  }

  List<String> apply(Roles roles, boolean transfer) {
    return roles.apply(
        Roles.Mode.FOR_GOOD,
        transfer,
        (kind, made) -> made ? Optional.of(PASSWORD) : Optional.empty(),
        MigrationListener.SILENT);
  }

  List<String> messages() {
    return roles().check().findings().stream().map(RoleFinding::message).toList();
  }

  String name(RoleKind kind) {
    return names.getOrDefault(kind, "");
  }

  /** As SQL needs it. */
  String quoted(RoleKind kind) {
    return '"' + name(kind).replace("\"", "\"\"") + '"';
  }

  DatabaseSettings as(String name) {
    return database.settings().withLogin(name, Optional.of(PASSWORD));
  }

  void superuser(String... statements) throws SQLException {
    run(database.settings(), statements);
  }

  void run(RoleKind kind, String... statements) throws SQLException {
    run(as(name(kind)), statements);
  }

  static void run(DatabaseSettings settings, String... statements) throws SQLException {
    Properties properties = settings.jdbcProperties();
    properties.setProperty("preferQueryMode", "simple");
    try (Connection connection = DriverManager.getConnection(settings.jdbcUrl(), properties);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  void may(RoleKind kind, String... statements) throws SQLException {
    each(kind, statements, (sql, state) -> assertThat(state).as(kind + ": " + sql).isEmpty());
  }

  /** Because it has no right to. */
  void mayNot(RoleKind kind, String... statements) throws SQLException {
    each(
        kind,
        statements,
        (sql, state) -> assertThat(state).as(kind + ": " + sql).startsWith("42501"));
  }

  private void each(RoleKind kind, String[] statements, BiConsumer<String, String> outcome)
      throws SQLException {
    try (Connection connection = as(name(kind)).dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        String failure = "";
        try {
          statement.execute(sql);
        } catch (SQLException e) {
          failure = e.getSQLState() + " " + e.getMessage();
        }
        outcome.accept(sql, failure);
      }
    }
  }

  List<String> column(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(String.valueOf(rows.getString(1)));
      }
    }
    return values;
  }

  @Override
  public void close() throws SQLException {
    List<String> sql = new ArrayList<>();
    sql.add("ALTER DATABASE \"%s\" OWNER TO CURRENT_USER".formatted(database.name()));
    sql.add("ALTER SCHEMA public OWNER TO CURRENT_USER");
    for (String role :
        column(
            "SELECT quote_ident(rolname) FROM pg_roles WHERE starts_with(rolname, '%s')"
                .formatted(admin.replace("_admin", "_")))) {
      sql.add("DROP OWNED BY %s CASCADE".formatted(role));
      sql.add("DROP ROLE " + role);
    }
    superuser(sql.toArray(String[]::new));
  }
}
