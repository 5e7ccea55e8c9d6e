package dev.gatewaydb.migrator.connect;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Connections straight from the driver. Prints without the password. */
final class DirectDataSource implements DataSource {
  private static final Driver DRIVER = new Driver();

  private final DatabaseSettings settings;

  DirectDataSource(DatabaseSettings settings) {
    this.settings = settings;
  }

  DatabaseSettings settings() {
    return settings;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      @Nullable Connection connection =
          DRIVER.connect(settings.jdbcUrl(), settings.jdbcProperties());
      if (connection == null) {
        throw new SQLException("the driver did not take " + settings.jdbcUrl(), "08001");
      }
      return connection;
    } catch (RuntimeException e) {
      // The driver's way of saying that the thread was interrupted while it waited.
      throw new SQLException(e.getMessage(), "08001", e);
    }
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("the login is part of the settings");
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {}

  /** Set by pools from their own time limit; the settings have theirs. */
  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("logs go to SLF4J");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (!isWrapperFor(type)) {
      throw new SQLException("not a " + type.getName());
    }
    return type.cast(this);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }

  @Override
  public String toString() {
    return settings.displayUrl();
  }
}
