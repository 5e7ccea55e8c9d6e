package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.connect.ConnectFailure;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Another database beside one, which takes its place by two renames in one transaction: whoever is
 * killed when, a whole database has the name. The other's own name carries a number, on which our
 * session holds an advisory lock: where nobody does, its run was killed.
 */
final class DatabaseSwap implements AutoCloseable {
  private static final String PREFIX = "gwdb_restore_";

  /** The first half of our advisory locks' keys: "gwrs" in ASCII. */
  private static final int LOCK_SPACE = 0x67777273;

  /** Where to stand while databases are renamed; the server's own first. */
  private static final List<String> ELSEWHERE = List.of("postgres", "template1");

  private static final String IN_USE = "55006";
  private static final int TRIES = 5;
  private static final int NAME_BYTES = 63;

  private final Connection session;
  private final String name;
  private final String fresh;
  private final Thread hook = new Thread(this::dropQuietly, "gwdb-restore-drop");
  private boolean swapped;

  private DatabaseSwap(Connection session, String name, int number) {
    this.session = session;
    this.name = name;
    this.fresh = limited(PREFIX + number + "_" + name);
  }

  /**
   * Connects beside the database, and drops what killed runs have left.
   *
   * @param settings of the database to replace
   */
  static DatabaseSwap beside(DatabaseSettings settings) throws SQLException {
    Connection session = connect(settings);
    try {
      int number = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
      execute(session, "SELECT pg_advisory_lock(%d, %d)".formatted(LOCK_SPACE, number));
      dropLeftOvers(session);
      return new DatabaseSwap(session, settings.database(), number);
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }

  private static Connection connect(DatabaseSettings settings) {
    List<SQLException> failures = new ArrayList<>();
    for (String other : ELSEWHERE) {
      if (!other.equals(settings.database())) {
        try {
          return settings.withDatabase(other).dataSource().getConnection();
        } catch (SQLException e) {
          failures.add(e);
        }
      }
    }
    throw ConnectFailure.of(failures.getFirst(), settings.withDatabase(ELSEWHERE.getFirst()));
  }

  private static void dropLeftOvers(Connection session) throws SQLException {
    String abandoned =
        """
        SELECT quote_ident(datname) FROM pg_database
         WHERE datname ~ '^%s[0-9]+_' AND pg_has_role(datdba, 'MEMBER')
           AND NOT EXISTS (SELECT FROM pg_locks
                            WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %d
                              AND objid = split_part(datname, '_', 3)::bigint)
        """
            .formatted(PREFIX, LOCK_SPACE);
    for (String left : strings(session, abandoned)) {
      execute(session, "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(left));
    }
  }

  /** At most as many bytes as a name has. */
  private static String limited(String name) {
    String limited = name;
    while (limited.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES) {
      limited = limited.substring(0, limited.length() - 1);
    }
    return limited;
  }

  /** Creates the other one, with the encoding, collation, settings and privileges of the first. */
  String create() throws SQLException {
    execute(session, new DatabaseShape(session, name).createSql(fresh));
    Runtime.getRuntime().addShutdownHook(hook);
    for (String sql : new DatabaseShape(session, name).settingsSql(fresh)) {
      execute(session, sql);
    }
    return fresh;
  }

  /**
   * Gives the name to the new one.
   *
   * @param suffix of the old one's name from now on
   * @param disconnect whether to end the sessions of the old one's clients
   * @return the old one's name
   * @throws RefusedException when somebody is connected to it
   */
  String swap(String suffix, boolean disconnect) throws SQLException {
    String old =
        limited(name.substring(0, Math.min(name.length(), NAME_BYTES - suffix.length()))) + suffix;
    for (int tries = 1; ; tries++) {
      try {
        if (disconnect) {
          disconnect();
        }
        session.setAutoCommit(false);
        rename(name, old);
        rename(fresh, name);
        session.commit();
        swapped = true;
        return old;
      } catch (SQLException e) {
        session.rollback();
        if (!IN_USE.equals(e.getSQLState())) {
          throw e;
        }
        if (!disconnect || tries == TRIES) {
          throw new RefusedException(
              "others are connected to database %s, which can't be renamed meanwhile"
                  .formatted(name),
              disconnect
                  ? "They come back as fast as they are disconnected: stop them first."
                  : "Stop them, or say --disconnect to end their sessions; the old database is as it"
                      + " was.",
              e);
        }
      } finally {
        session.setAutoCommit(true);
      }
    }
  }

  private void disconnect() throws SQLException {
    String sql =
        """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE datname = ? AND usesysid IS NOT NULL
           AND coalesce(backend_type, 'client backend') = 'client backend'
        """;
    try (PreparedStatement statement = session.prepareStatement(sql)) {
      statement.setString(1, name);
      statement.execute();
    }
  }

  private void rename(String from, String to) throws SQLException {
    execute(
        session,
        "ALTER DATABASE %s RENAME TO %s".formatted(Contents.quoted(from), Contents.quoted(to)));
  }

  /** Drops a database that nobody needs any more. */
  void drop(String database) throws SQLException {
    execute(
        session, "DROP DATABASE IF EXISTS %s WITH (FORCE)".formatted(Contents.quoted(database)));
  }

  private static void execute(Connection session, String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> strings(Connection session, String sql) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (Statement statement = session.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        strings.add(rows.getString(1));
      }
    }
    return strings;
  }

  private void dropQuietly() {
    try {
      if (!swapped) {
        drop(fresh);
      }
    } catch (SQLException leftForTheNextRun) {
      // Its number tells that nobody needs it.
    }
  }

  /** Drops the new one unless it has taken the other's place. */
  @Override
  public void close() throws SQLException {
    try (session) {
      Runtime.getRuntime().removeShutdownHook(hook);
      if (!swapped) {
        drop(fresh);
      }
    } catch (IllegalStateException endsAnyway) {
      // The hook does it.
    }
  }

  /**
   * What keeps this role from replacing the database that it is connected to; empty when nothing
   * does.
   */
  static Optional<String> obstacle(Connection connection) throws SQLException {
    String sql =
        """
        SELECT r.rolsuper OR r.rolcreatedb, r.rolsuper OR pg_has_role(d.datdba, 'MEMBER'), r.rolname
          FROM pg_roles r, pg_database d
         WHERE r.rolname = current_user AND d.datname = current_database()
        """;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      String role = Contents.quoted(row.getString(3));
      if (!row.getBoolean(1)) {
        return Optional.of("role %s may not create databases (CREATEDB)".formatted(role));
      }
      return row.getBoolean(2)
          ? Optional.empty()
          : Optional.of("role %s does not own the database".formatted(role));
    }
  }

  /** Whether the server can be written to. */
  static boolean isStandby(Connection connection) throws SQLException {
    return strings(connection, "SELECT pg_is_in_recovery()::text").equals(List.of("true"));
  }

  static FailedException failed(SQLException e) {
    return new FailedException(
        "the restore failed: " + e.getMessage(), "The old database is as it was.", e);
  }
}
