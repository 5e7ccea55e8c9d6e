package dev.gatewaydb.migrator.operate.roles;

import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.MigrationLock;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.check.Ownership;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Makes the roles of a database, grants them what they need, and says what they can do beyond that.
 * Needs CREATEROLE and the rights of who owns the database and its tables, and no superuser.
 */
public final class Roles {
  private static final int TRIES = 5;
  private static final String NO_RIGHT = "42501";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** Another database's run of this at the same moment: the server's roles are common to all. */
  private static final Set<String> COLLISIONS = Set.of("23505", "42710", "XX000", "40P01");

  private final DataSource live;
  private final MigratorOptions options;
  private final Ownership ownership;
  private final RoleSettings settings;

  /**
   * For a database.
   *
   * @param ownership what of it is the project's; nothing else is touched
   */
  public Roles(
      DataSource live, MigratorOptions options, Ownership ownership, RoleSettings settings) {
    this.live = live;
    this.options = options;
    this.ownership = ownership;
    this.settings = settings;
  }

  /** How a run is done. */
  public enum Mode {
    /** What has to be done is done, and then taken back. */
    DRY_RUN,
    /** It stays. */
    FOR_GOOD
  }

  /** Which password a role gets. */
  @FunctionalInterface
  public interface Passwords {
    /**
     * Asked for each role that may log in.
     *
     * @param made whether this run makes the role
     * @return empty to leave it as it is
     */
    Optional<Secret> of(RoleKind kind, boolean made);
  }

  /**
   * The whole of it as a script for psql, which may run any number of times. The same database
   * gives the same text. Passwords aren't in it.
   *
   * @param transfer whether the project's objects are to belong to the migrator
   */
  public Script script(boolean transfer) {
    return inTransaction(
        connection -> {
          RoleCatalog catalog = RoleCatalog.read(connection, options, ownership, settings);
          List<String> elsewhere = transfer ? List.of() : Owners.lines(catalog, settings);
          List<RolePlan.Step> steps = RolePlan.of(catalog, settings, transfer);
          return new Script(RoleScript.of(catalog.lockKey(), steps), elsewhere);
        });
  }

  /**
   * A script.
   *
   * @param elsewhere who else owns objects of the project, one line each
   */
  public record Script(String sql, List<String> elsewhere) {}

  /** Looks at the roles and changes nothing. */
  public RoleReport check() {
    return inTransaction(
        connection ->
            new RoleCheck(RoleCatalog.read(connection, options, ownership, settings), settings)
                .report());
  }

  /**
   * Does what is missing, in one transaction, while nobody migrates.
   *
   * @param transfer whether the project's objects are to belong to the migrator; without, a
   *     database where they don't is refused
   * @return the statements that were run, without passwords' verifiers
   * @throws RefusedException for a role that may do more than is wanted, or whose tables are
   *     somebody else's
   * @throws FailedException when the server refuses something; nothing was changed then
   */
  public List<String> apply(
      Mode mode, boolean transfer, Passwords passwords, MigrationListener listener) {
    return inTransaction(
        connection -> {
          MigrationLock.acquireInTransaction(connection, options, listener);
          RoleCatalog catalog = RoleCatalog.read(connection, options, ownership, settings);
          requireHarmless(catalog);
          requireOwners(connection, catalog, transfer);
          List<String> ran = new ArrayList<>();
          try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = " + options.lockTimeout().toMillis());
            for (RolePlan.Step step : RolePlan.of(catalog, settings, transfer)) {
              if (step.needed()) {
                run(statement, step.sql(), step.sql());
                ran.add(step.sql());
              }
            }
            for (RoleKind kind : settings.kinds()) {
              if (settings.login().contains(kind)) {
                ran.addAll(password(connection, statement, catalog, kind, passwords));
              }
            }
          }
          if (mode == Mode.FOR_GOOD) {
            connection.commit();
          }
          return ran;
        });
  }

  private List<String> password(
      Connection connection,
      Statement statement,
      RoleCatalog catalog,
      RoleKind kind,
      Passwords passwords)
      throws SQLException {
    RoleCatalog.Role role = catalog.role(settings.name(kind));
    Optional<Secret> password = passwords.of(kind, !role.present());
    if (password.isEmpty()
        || stored(connection, role.name())
            .filter(verifier -> ScramVerifier.isOf(verifier, password.get()))
            .isPresent()) {
      return List.of();
    }
    String shown = withPassword(role, "SCRAM-SHA-256$…");
    run(statement, withPassword(role, ScramVerifier.of(password.get())), shown);
    return List.of(shown);
  }

  private static String withPassword(RoleCatalog.Role role, String verifier) {
    return "ALTER ROLE %s PASSWORD '%s'".formatted(role.quoted(), verifier);
  }

  /** Only a superuser may look, and knows then that there is nothing to do. */
  private static Optional<String> stored(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT has_table_privilege('pg_authid', 'SELECT')")) {
      if (!row.next() || !row.getBoolean(1)) {
        return Optional.empty();
      }
    }
    String sql = "SELECT rolpassword FROM pg_authid WHERE rolname = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
      }
    }
  }

  private static void run(Statement statement, String sql, String shown) throws SQLException {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      if (COLLISIONS.contains(String.valueOf(e.getSQLState()))) {
        throw e;
      }
      String nextStep =
          switch (String.valueOf(e.getSQLState())) {
            case NO_RIGHT ->
                "Nothing was changed. Run it as a role with CREATEROLE that owns the database and its"
                    + " tables; from PostgreSQL 16 on it also needs ADMIN OPTION on roles that"
                    + " somebody else has made.";
            case LOCK_NOT_AVAILABLE ->
                "Nothing was changed. Somebody uses it: see pg_stat_activity, and try again.";
            default -> "Nothing was changed. Remove the cause, then run this again.";
          };
      throw new FailedException(
          "can't run '%s': %s".formatted(shown.strip(), e.getMessage()), nextStep, e);
    }
  }

  private void requireHarmless(RoleCatalog catalog) {
    List<String> faults = new ArrayList<>();
    for (RoleKind kind : settings.kinds()) {
      RoleCatalog.Role role = catalog.role(settings.name(kind));
      if (!role.attributes().isEmpty()) {
        faults.add(
            "role %s is there already, with %s"
                .formatted(role.quoted(), String.join(", ", role.attributes())));
      }
    }
    if (!faults.isEmpty()) {
      throw new RefusedException(
          String.join("; ", faults),
          "It is probably somebody's: choose another name under [roles] in gwdb.toml, or take that"
              + " away with ALTER ROLE.",
          null);
    }
  }

  private void requireOwners(Connection connection, RoleCatalog catalog, boolean transfer)
      throws SQLException {
    List<CatalogObject> elsewhere = Owners.elsewhere(catalog, settings);
    if (elsewhere.isEmpty()) {
      return;
    }
    String all = String.join("; ", Owners.lines(catalog, settings));
    String migrator = catalog.role(settings.name(RoleKind.MIGRATOR)).quoted();
    if (!transfer) {
      throw new RefusedException(
          "not everything belongs to %s: %s".formatted(migrator, all),
          "Say --transfer-ownership to make it their owner, or name their owner as roles.migrator in"
              + " gwdb.toml, if it is no superuser.",
          null);
    }
    for (CatalogObject object : elsewhere) {
      String owner = object.property("owner").orElse("");
      if (!mayActAs(connection, owner)) {
        throw new RefusedException(
            "%s belongs to %s, whose objects %s may not give away"
                .formatted(object.id(), owner, catalog.quotedUser()),
            "Run it as %1$s, as a superuser, or after: GRANT %1$s TO %2$s"
                .formatted(owner, catalog.quotedUser()),
            null);
      }
    }
  }

  private static boolean mayActAs(Connection connection, String quotedRole) throws SQLException {
    String sql = "SELECT pg_has_role(current_user, CAST(? AS regrole), 'USAGE')";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, quotedRole);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  private <T> T inTransaction(Work<T> work) {
    for (int tries = 1; ; tries++) {
      try (OneConnectionDataSource one = OneConnectionDataSource.open(live);
          Connection connection = one.getConnection()) {
        connection.setAutoCommit(false);
        return work.in(connection);
      } catch (SQLException e) {
        if (tries == TRIES || !COLLISIONS.contains(String.valueOf(e.getSQLState()))) {
          throw new FailedException(
              "the roles can't be read or changed: " + e.getMessage(), "Nothing was changed.", e);
        }
      }
    }
  }
}
