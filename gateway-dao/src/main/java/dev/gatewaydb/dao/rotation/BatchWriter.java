package dev.gatewaydb.dao.rotation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a batch in one statement, each row only if it still holds what was read. */
final class BatchWriter implements AutoCloseable {
  private final Connection connection;
  private final int keyColumns;
  private final PreparedStatement statement;

  BatchWriter(Connection connection, TableShape shape) throws SQLException {
    this.connection = connection;
    this.keyColumns = shape.keyColumns();
    this.statement = connection.prepareStatement(shape.compareAndSwap());
  }

  /** How many rows still held what was read. */
  int write(List<Batch.Change> changes) throws SQLException {
    if (changes.isEmpty()) {
      return 0;
    }
    int rows = changes.size();
    String[][] keys = new String[keyColumns][rows];
    String[] places = new String[rows];
    String[] since = new String[rows];
    byte[] @Nullable [] old = new byte[rows][];
    byte[][] fresh = new byte[rows][];
    Integer[] versions = new Integer[rows];
    for (int row = 0; row < rows; row++) {
      Batch.Change change = changes.get(row);
      for (int column = 0; column < keyColumns; column++) {
        keys[column][row] = change.row().key().get(column);
      }
      places[row] = change.row().place();
      since[row] = change.row().since();
      // A secret in clear is not sent: a server may log the parameters of what is slow.
      old[row] = change.row().inClear() ? null : change.row().secret();
      fresh[row] = change.fresh();
      versions[row] = change.version();
    }
    int parameter = 1;
    for (String[] column : keys) {
      statement.setArray(parameter++, connection.createArrayOf("text", column));
    }
    statement.setArray(parameter++, connection.createArrayOf("text", places));
    statement.setArray(parameter++, connection.createArrayOf("text", since));
    statement.setArray(parameter++, connection.createArrayOf("bytea", old));
    statement.setArray(parameter++, connection.createArrayOf("bytea", fresh));
    statement.setArray(parameter, connection.createArrayOf("int4", versions));
    return statement.executeUpdate();
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
