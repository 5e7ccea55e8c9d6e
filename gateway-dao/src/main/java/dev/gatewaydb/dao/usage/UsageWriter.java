package dev.gatewaydb.dao.usage;

import dev.gatewaydb.dao.internal.NetworkTimeout;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** Writes counts in one transaction, in the order of the keys, so that two never deadlock. */
final class UsageWriter {
  // A key that was purged in the middle of it, and what the server itself says to try again.
  private static final Set<String> TRY_AGAIN = Set.of("23503", "40001", "40P01");
  private static final int MOST_TRIES = 3;

  // To the minute: a new version of the key's row, in all its indexes, costs more than the count.
  private static final String TOUCH =
      """
      UPDATE api_keys k SET last_used_at = used.at
        FROM (SELECT a.id, u.at
                FROM (SELECT id, to_timestamp(max(millis) / 1000.0) AS at
                        FROM unnest(?::uuid[], ?::bigint[]) AS u (id, millis) GROUP BY id) u
                JOIN api_keys a ON a.id = u.id
               WHERE a.last_used_at IS NULL OR a.last_used_at <= u.at - interval '1 minute'
               ORDER BY a.id
                 FOR NO KEY UPDATE OF a) used
       WHERE k.id = used.id
      """;

  private static final String COUNT =
      """
      INSERT INTO api_key_usage (api_key_id, usage_date, request_count)
      SELECT u.id, date '1970-01-01' + u.day, u.n
        FROM unnest(?::uuid[], ?::int[], ?::bigint[]) AS u (id, day, n)
       WHERE EXISTS (SELECT FROM api_keys k WHERE k.id = u.id)
       ORDER BY u.id, u.day
          ON CONFLICT (api_key_id, usage_date)
          DO UPDATE SET request_count = api_key_usage.request_count + excluded.request_count
      """;

  private static final String TOTALS =
      """
      SELECT api_key_id, sum(request_count)::bigint
        FROM api_key_usage
       WHERE api_key_id = ANY (?::uuid[])
         AND usage_date >= date_trunc('month', now() AT TIME ZONE 'UTC')::date
       GROUP BY api_key_id
      """;

  /** How often a key was used on a day in UTC, and when last. */
  record Amount(UUID keyId, long epochDay, long requests, long lastMillis) {
    Amount plus(Amount other) {
      return new Amount(
          keyId, epochDay, requests + other.requests, Math.max(lastMillis, other.lastMillis));
    }
  }

  /** The commit was sent and nobody knows what became of it. */
  static final class CommitUnknownException extends Exception {
    private final SQLException failure;

    CommitUnknownException(SQLException failure) {
      super(failure);
      this.failure = failure;
    }

    SQLException failure() {
      return failure;
    }
  }

  private final DataSource dataSource;
  private final Duration patience;

  /** With how long the server may take for a statement before the connection is given up. */
  UsageWriter(DataSource dataSource, Duration patience) {
    this.dataSource = dataSource;
    this.patience = patience;
  }

  /** Returns what all instances have counted this month for these keys. */
  Map<UUID, Long> write(List<Amount> amounts) throws SQLException, CommitUnknownException {
    for (int tries = 1; ; tries++) {
      try (Connection connection = dataSource.getConnection()) {
        return NetworkTimeout.within(patience, connection, mine -> write(mine, amounts));
      } catch (SQLException e) {
        if (tries == MOST_TRIES || !TRY_AGAIN.contains(String.valueOf(e.getSQLState()))) {
          throw e;
        }
      }
    }
  }

  private static Map<UUID, Long> write(Connection connection, List<Amount> amounts)
      throws SQLException, CommitUnknownException {
    UUID[] ids = amounts.stream().map(Amount::keyId).toArray(UUID[]::new);
    int[] days = amounts.stream().mapToInt(amount -> (int) amount.epochDay()).toArray();
    long[] counts = amounts.stream().mapToLong(Amount::requests).toArray();
    long[] times = amounts.stream().mapToLong(Amount::lastMillis).toArray();
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    Map<UUID, Long> totals;
    try {
      PGConnection arrays = connection.unwrap(PGConnection.class);
      Array keys = arrays.createArrayOf("uuid", ids);
      execute(connection, TOUCH, keys, arrays.createArrayOf("int8", times));
      execute(
          connection,
          COUNT,
          keys,
          arrays.createArrayOf("int4", days),
          arrays.createArrayOf("int8", counts));
      totals = totals(connection, keys);
    } catch (SQLException e) {
      rollBack(connection, e);
      throw e;
    }
    commit(connection);
    connection.setAutoCommit(autoCommit);
    return totals;
  }

  private static void commit(Connection connection) throws SQLException, CommitUnknownException {
    try {
      connection.commit();
    } catch (SQLException e) {
      // An error that the server sent is an answer: it did not commit.
      if (String.valueOf(e.getSQLState()).startsWith("08")) {
        throw new CommitUnknownException(e);
      }
      throw e;
    }
  }

  private static void rollBack(Connection connection, SQLException failure) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private static void execute(Connection connection, String sql, Array... arrays)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arrays.length; i++) {
        statement.setArray(i + 1, arrays[i]);
      }
      statement.executeUpdate();
    }
  }

  private static Map<UUID, Long> totals(Connection connection, Array keys) throws SQLException {
    Map<UUID, Long> totals = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(TOTALS)) {
      statement.setArray(1, keys);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          totals.put(row.getObject(1, UUID.class), row.getLong(2));
        }
      }
    }
    return totals;
  }
}
