package dev.gatewaydb.migrator.connect;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Connections straight from the driver. Prints without the password. */
final class DirectDataSource extends PlainDataSource {
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
  public String toString() {
    return settings.displayUrl();
  }
}
