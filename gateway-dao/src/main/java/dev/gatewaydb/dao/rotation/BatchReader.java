package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.rotation.RotationReport.Failure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a table in the order of its primary key, a batch at a time, and re-encrypts each row. */
final class BatchReader {
  // Secrets may be large: memory is bounded by bytes, and what the driver holds by rows.
  private static final long MOST_BYTES = 8L << 20;
  private static final int FETCH_ROWS = 200;

  private final Connection connection;
  private final TableShape shape;
  private final Resealer resealer;
  private final String filter;
  private final int batchRows;
  private boolean commits = true;

  /** With a filter in SQL; empty for every row. */
  BatchReader(
      Connection connection, TableShape shape, Resealer resealer, String filter, int batchRows) {
    this.connection = connection;
    this.shape = shape;
    this.resealer = resealer;
    this.filter = filter;
    this.batchRows = batchRows;
  }

  /** Leaves the connection's transaction open, whose locks and changes it needs. */
  BatchReader inItsTransaction() {
    commits = false;
    return this;
  }

  /** The rows after this key; an empty key is the start. */
  Batch after(List<String> position) throws SQLException {
    long[] versions = new long[3];
    List<Batch.Change> changes = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    List<String> last = List.of();
    int rows = 0;
    long bytes = 0;
    Transactions.prepare(connection);
    try (PreparedStatement statement =
        connection.prepareStatement(shape.page(!position.isEmpty(), filter))) {
      int parameter = 1;
      for (String part : position) {
        statement.setString(parameter++, part);
      }
      statement.setInt(parameter, batchRows);
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet result = statement.executeQuery()) {
        while (bytes < MOST_BYTES && result.next()) {
          StoredRow row = row(result);
          bytes += row.secret().length;
          Resealer.Outcome outcome = resealer.reseal(shape.table(), row);
          rows++;
          last = row.key();
          if (outcome.version() != null) {
            versions[outcome.version().number()]++;
          }
          if (outcome.failure() != null) {
            failures.add(new Failure(row.key(), outcome.failure()));
          } else if (outcome.fresh() != null) {
            int version = Objects.requireNonNull(outcome.freshVersion()).number();
            changes.add(new Batch.Change(row, outcome.fresh(), version));
          }
        }
      }
    }
    if (commits) {
      connection.commit();
    }
    return new Batch(rows, versions, changes, failures, last);
  }

  private StoredRow row(ResultSet result) throws SQLException {
    int columns = shape.keyColumns();
    List<String> key = new ArrayList<>(columns);
    for (int i = 1; i <= columns; i++) {
      key.add(result.getString(i));
    }
    Optional<String> tenant =
        Optional.ofNullable(result.getString(columns + 1)).filter(name -> !name.isEmpty());
    int number = result.getInt(columns + 2);
    @Nullable Integer version = result.wasNull() ? null : Integer.valueOf(number);
    return new StoredRow(
        key,
        tenant,
        version,
        result.getBytes(columns + 3),
        result.getString(columns + 4),
        result.getString(columns + 5));
  }
}
