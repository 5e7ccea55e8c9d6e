package dev.gatewaydb.dao.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the wait for a server that the network has cut off without a word. */
public final class NetworkTimeout {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkTimeout.class);

  private NetworkTimeout() {}

  /** What is done with the connection. */
  public interface Work<T, E extends Exception> {
    /** Does it. */
    T run(Connection connection) throws SQLException, E;
  }

  /**
   * Does something with a connection, which is closed when the server says nothing for so long.
   *
   * @param limit of each wait, unless the connection has a shorter one
   */
  public static <T, E extends Exception> T within(
      Duration limit, Connection connection, Work<T, E> work) throws SQLException, E {
    int before = connection.getNetworkTimeout();
    int millis = Math.toIntExact(limit.toMillis());
    if (before > 0 && before <= millis) {
      return work.run(connection);
    }
    connection.setNetworkTimeout(Runnable::run, millis);
    try {
      return work.run(connection);
    } finally {
      restore(connection, before);
    }
  }

  private static void restore(Connection connection, int millis) {
    try {
      connection.setNetworkTimeout(Runnable::run, millis);
    } catch (SQLException e) {
      LOG.debug("a connection that is no more: {}", e.getMessage());
    }
  }
}
