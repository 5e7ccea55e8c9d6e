package dev.gatewaydb.migrator.connect;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Hands out the same physical connection every time, so that a session lock, the migrations and
 * their history share one session. Closing what {@link #getConnection()} gave leaves the session
 * open; {@link #close()} ends it. For one thread at a time.
 *
 * <p>A handle that switched auto-commit off rolls back what is open and switches it on again when
 * it is closed. Nothing else is reset: session settings and locks stay, which is the purpose.
 */
public final class OneConnectionDataSource extends PlainDataSource implements AutoCloseable {
  private final Connection physical;
  private final String name;

  private OneConnectionDataSource(Connection physical, String name) {
    this.physical = physical;
    this.name = name;
  }

  /**
   * Connects.
   *
   * @throws dev.gatewaydb.migrator.error.UnreachableException with the cause and what to do
   */
  public static OneConnectionDataSource open(DatabaseSettings settings) {
    try {
      return new OneConnectionDataSource(
          settings.dataSource().getConnection(), settings.displayUrl());
    } catch (SQLException e) {
      throw ConnectFailure.of(e, settings);
    }
  }

  /**
   * Takes one connection from {@code source}, given back by {@link #close()}.
   *
   * @throws dev.gatewaydb.migrator.error.UnreachableException with the cause and what to do
   */
  public static OneConnectionDataSource open(DataSource source) {
    return open(source, connection -> connection);
  }

  /**
   * As {@link #open(DataSource)}, for a connection that behaves in another way.
   *
   * @param wrapping is given the physical connection, and returns what is to be handed out
   */
  public static OneConnectionDataSource open(DataSource source, Wrapping wrapping) {
    // Not toString() of a source that we don't know: it may show a password.
    String name = source instanceof DirectDataSource ? source.toString() : "a given data source";
    try {
      return new OneConnectionDataSource(wrapping.over(source.getConnection()), name);
    } catch (SQLException e) {
      throw source instanceof DirectDataSource direct
          ? ConnectFailure.of(e, direct.settings())
          : ConnectFailure.of(e);
    }
  }

  /** Puts something between a physical connection and those who use it. */
  @FunctionalInterface
  public interface Wrapping {
    /** Returns what stands for {@code physical}; closing it closes that. */
    Connection over(Connection physical) throws SQLException;
  }

  /** A handle on the one connection. */
  @Override
  public Connection getConnection() throws SQLException {
    if (physical.isClosed()) {
      throw new SQLException("the connection is closed", "08003");
    }
    return (Connection)
        Proxy.newProxyInstance(
            OneConnectionDataSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new ConnectionHandle(physical));
  }

  /**
   * Ends the session; an open transaction is rolled back. A second call does nothing.
   *
   * @throws SQLException when the driver fails to close
   */
  @Override
  public void close() throws SQLException {
    physical.close();
  }

  @Override
  public String toString() {
    return "one connection to " + name;
  }
}
