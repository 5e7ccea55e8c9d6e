package dev.gatewaydb.migrator.catalog;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.testing.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/** Snapshots of what is there, and of what would be. */
final class Snapshots {
  private Snapshots() {}

  static SchemaSnapshot of(ScratchDatabase database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return SchemaSnapshot.read(connection);
    }
  }

  /** The database with some SQL, which is rolled back. */
  static SchemaSnapshot after(ScratchDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      Sql.execute(connection, sql);
      SchemaSnapshot snapshot = SchemaSnapshot.read(connection);
      connection.rollback();
      return snapshot;
    }
  }
}
