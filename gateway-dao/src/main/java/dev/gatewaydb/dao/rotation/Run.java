package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.crypto.KeyRing;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What the parts of a run share. */
record Run(
    Goal goal, KeyRing ring, RotationOptions options, RotationListener listener, Phases phases) {
  Resealer resealer() {
    return new Resealer(ring, goal, options.encryptPlaintext());
  }

  /** With a filter in SQL; empty for every row. */
  BatchReader reader(Connection connection, TableShape shape, String filter) {
    return new BatchReader(connection, shape, resealer(), filter, options.batchRows());
  }

  /** What becomes of a batch's changes; says how many there were. */
  interface Write {
    int rows(List<Batch.Change> changes) throws SQLException;
  }

  Tally readAll(BatchReader reader, TableShape shape, long total, Write write) throws SQLException {
    Tally tally = new Tally(shape.table().label());
    try (ReadAhead ahead = new ReadAhead(reader, List.of())) {
      for (Batch batch = ahead.take(); batch.rows() > 0; batch = ahead.take()) {
        tally.add(batch, write.rows(batch.changes()));
        listener.progress(shape.table().label(), tally.total(), total);
      }
    }
    return tally;
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
