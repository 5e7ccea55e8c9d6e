package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.connect.PgBouncer;
import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Opens {@link MigrationSession}s.
 *
 * @param wrapping what stands between Flyway and the physical connection
 * @param scratch whether the database is a throw-away one, in which nobody applies prerequisites
 */
record Sessions(
    DataSource dataSource,
    MigrationSet migrations,
    MigratorOptions options,
    MigrationListener listener,
    OneConnectionDataSource.Wrapping wrapping,
    boolean scratch) {

  interface Work<T> {
    T in(MigrationSession session) throws SQLException;
  }

  Sessions wrapped(OneConnectionDataSource.Wrapping other) {
    return new Sessions(dataSource, migrations, options, listener, other, scratch);
  }

  /** Without the migration lock: for looking. */
  <T> T connected(Work<T> work) {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(dataSource, wrapping);
        Connection connection = one.getConnection()) {
      ServerVersion.of(connection).requireSupported();
      try (SessionState state = SessionState.of(connection, options);
          MigrationSession session = new MigrationSession(this, one, connection, state)) {
        return work.in(session);
      }
    } catch (SQLException e) {
      throw MigrationFailure.ofOwn(e);
    }
  }

  <T> T locked(Work<T> work) {
    return connected(
        session -> {
          requireDirect(session.connection());
          session.table().requireWritable(session.connection());
          try (MigrationLock lock =
              MigrationLock.acquire(session.connection(), session.table(), options, listener)) {
            return work.in(session);
          }
        });
  }

  /** The lock belongs to a server session, and a pooler in transaction mode changes it unseen. */
  private static void requireDirect(Connection connection) throws SQLException {
    if (PgBouncer.isBetween(connection)) {
      throw new RefusedException(
          "the connection goes through a pooler (PgBouncer); in transaction mode the migration lock"
              + " would be lost, and a pooler doesn't tell its mode",
          "Connect straight to PostgreSQL, usually port 5432.",
          null);
    }
  }
}
