package dev.gatewaydb.migrator.connect;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/**
 * A PostgreSQL server's version.
 *
 * @param major such as 18
 * @param minor such as 6
 */
public record ServerVersion(int major, int minor) {
  /** The oldest major version that works. */
  public static final int OLDEST = 14;

  /**
   * What the server reported at login; no query is run.
   *
   * @throws SQLException when the connection is closed
   */
  public static ServerVersion of(Connection connection) throws SQLException {
    DatabaseMetaData server = connection.getMetaData();
    return new ServerVersion(server.getDatabaseMajorVersion(), server.getDatabaseMinorVersion());
  }

  /**
   * Refuses a server that is too old.
   *
   * @throws ConfigurationException below {@link #OLDEST}
   */
  public void requireSupported() {
    if (major < OLDEST) {
      throw new ConfigurationException(
          "the server is PostgreSQL " + this + "; " + OLDEST + " is the oldest that works",
          "Upgrade the server, or connect to another one; nothing was changed.");
    }
  }

  /** {@code 18.6}. */
  @Override
  public String toString() {
    return major + "." + minor;
  }
}
