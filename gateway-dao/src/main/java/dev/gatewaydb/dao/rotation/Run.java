package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.crypto.KeyRing;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What the parts of a run share. */
record Run(
    Goal goal, KeyRing ring, RotationOptions options, RotationListener listener, Phases phases) {
  Resealer resealer() {
    return new Resealer(ring, goal, options.encryptPlaintext());
  }

  /** Secrets in the table at the moment. */
  long count(Connection connection, TableShape shape) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(shape.count())) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Whether any row fulfils the condition. */
  static boolean exists(Connection connection, TableShape shape, String condition)
      throws SQLException {
    String sql = "SELECT EXISTS (SELECT FROM %s WHERE %s)".formatted(shape.sqlName(), condition);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
