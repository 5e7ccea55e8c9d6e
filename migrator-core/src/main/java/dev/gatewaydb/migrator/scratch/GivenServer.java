package dev.gatewaydb.migrator.scratch;

import dev.gatewaydb.migrator.connect.ConnectFailure;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Our claim on somebody's server. The names of our databases carry a number, and our session holds
 * an advisory lock of that number: databases whose number nobody holds are left-overs.
 */
final class GivenServer implements AutoCloseable {
  private static final String PREFIX = "gwdb_scratch_";

  /** The first half of our advisory locks' keys: "gwdb" in ASCII. */
  private static final int LOCK_SPACE = 0x67776462;

  private final Connection session;
  private final int number;

  private GivenServer(Connection session, int number) {
    this.session = session;
    this.number = number;
  }

  static GivenServer claim(DatabaseSettings admin) throws SQLException {
    Connection session = connect(admin);
    try {
      int number = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
      try (Statement statement = session.createStatement()) {
        statement.execute("SELECT pg_advisory_lock(%d, %d)".formatted(LOCK_SPACE, number));
      }
      GivenServer claim = new GivenServer(session, number);
      claim.dropLeftOvers();
      return claim;
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }

  private static Connection connect(DatabaseSettings admin) {
    try {
      return admin.dataSource().getConnection();
    } catch (SQLException e) {
      throw ConnectFailure.of(e, admin);
    }
  }

  /** What our databases' names start with. */
  String prefix() {
    return PREFIX + number + "_";
  }

  private void dropLeftOvers() throws SQLException {
    String abandoned =
        """
        SELECT quote_ident(datname) FROM pg_database
         WHERE datname ~ '^%s[0-9]+_' AND pg_has_role(datdba, 'MEMBER')
           AND NOT EXISTS (SELECT FROM pg_locks
                            WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %d
                              AND objid = split_part(datname, '_', 3)::bigint)
        """
            .formatted(PREFIX, LOCK_SPACE);
    drop(abandoned);
  }

  private void drop(String query) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement statement = session.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    try (Statement statement = session.createStatement()) {
      for (String name : names) {
        statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
      }
    }
  }

  /** Drops our databases and ends the session. */
  @Override
  public void close() throws SQLException {
    try (session) {
      drop(
          "SELECT quote_ident(datname) FROM pg_database WHERE starts_with(datname, '%s')"
              .formatted(prefix()));
    }
  }
}
