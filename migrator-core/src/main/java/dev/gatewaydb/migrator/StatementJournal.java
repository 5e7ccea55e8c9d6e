package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of {@code gwdb_journal} about statements that run outside a transaction: one for each
 * start, which says how it ended.
 */
final class StatementJournal {
  /** Neither recorded nor given up. */
  private static final String LIVE =
      "action = 'statement' AND state IN ('started', 'done', 'failed')";

  private static final String UNFINISHED =
      "action = 'statement' AND state IN ('started', 'failed')";

  private final Connection connection;
  private final Journal journal;

  StatementJournal(Connection connection, HistoryTable history) {
    this.connection = connection;
    this.journal = new Journal(connection, history);
  }

  /** How a statement ended, as far as the journal knows. */
  enum State {
    /** It runs, or its end could not be written. */
    STARTED,
    DONE,
    FAILED;

    private String label() {
      return switch (this) {
        case STARTED -> "started";
        case DONE -> "done";
        case FAILED -> "failed";
      };
    }

    private static State of(String label) {
      return switch (label) {
        case "started" -> STARTED;
        case "done" -> DONE;
        default -> FAILED;
      };
    }
  }

  /**
   * The newest start of a statement.
   *
   * @param number from 1
   * @param running whether the backend that started it works on
   */
  record Entry(long id, int number, String hash, State state, int pid, boolean running) {}

  void create() throws SQLException {
    journal.create();
  }

  /** Says that a statement starts now. */
  long start(String key, String script, int number, String hash) throws SQLException {
    String sql =
        """
        INSERT INTO %s (action, version, script, statement_number, statement_hash, state, backend_start)
        SELECT 'statement', ?, ?, ?, ?, 'started', a.backend_start
          FROM (SELECT) x LEFT JOIN pg_stat_activity a ON a.pid = pg_backend_pid()
        RETURNING id
        """
            .formatted(journal.table());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, key);
      statement.setString(2, script);
      statement.setInt(3, number);
      statement.setString(4, hash);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  void finish(long id, State state) throws SQLException {
    String sql =
        "UPDATE %s SET state = ?, finished_at = clock_timestamp() WHERE id = ?"
            .formatted(journal.table());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, state.label());
      statement.setLong(2, id);
      statement.execute();
    }
  }

  /** What was started of this script and is not recorded yet, by the statements' numbers. */
  Map<Integer, Entry> entries(String key) throws SQLException {
    Map<Integer, Entry> entries = new HashMap<>();
    String sql =
        """
        SELECT DISTINCT ON (j.statement_number)
               j.id, j.statement_number, j.statement_hash, j.state, j.backend_pid, a.pid IS NOT NULL
          FROM (SELECT * FROM %s WHERE %s AND version = ?) j LEFT JOIN pg_stat_activity a
            ON a.pid = j.backend_pid AND a.backend_start = j.backend_start
           AND a.pid <> pg_backend_pid()
         ORDER BY j.statement_number, j.id DESC
        """
            .formatted(journal.table(), LIVE);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, key);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          Entry entry =
              new Entry(
                  row.getLong(1),
                  row.getInt(2),
                  row.getString(3),
                  State.of(row.getString(4)),
                  row.getInt(5),
                  row.getBoolean(6));
          entries.put(entry.number(), entry);
        }
      }
    }
    return entries;
  }

  /** The last statement that each script has come to, by the scripts' keys. */
  Map<String, MigrationStatus.Reached> reached() throws SQLException {
    Map<String, MigrationStatus.Reached> reached = new HashMap<>();
    if (!journal.isReadable()) {
      return reached;
    }
    String sql =
        """
        SELECT DISTINCT ON (version) version, statement_number, state
          FROM %s WHERE %s ORDER BY version, id DESC
        """
            .formatted(journal.table(), LIVE);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        reached.put(row.getString(1), new MigrationStatus.Reached(row.getInt(2), row.getString(3)));
      }
    }
    return reached;
  }

  /** Of this script, nothing counts as done any more: its migration was recorded or reverted. */
  void clear(String key) throws SQLException {
    clear(key, LIVE);
  }

  /** Lets unfinished statements of this script run again; those that are done stay done. */
  void clearUnfinished(String key) throws SQLException {
    clear(key, UNFINISHED);
  }

  private void clear(String key, String which) throws SQLException {
    if (!journal.exists()) {
      return;
    }
    String sql =
        """
        UPDATE %s SET state = 'cleared', finished_at = coalesce(finished_at, clock_timestamp())
         WHERE %s AND version = ?
        """
            .formatted(journal.table(), which);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, key);
      statement.execute();
    }
  }

  /** Keys of the scripts with unfinished statements, oldest first. */
  List<String> unfinished() throws SQLException {
    List<String> keys = new ArrayList<>();
    if (!journal.exists()) {
      return keys;
    }
    String sql =
        "SELECT version FROM %s WHERE %s GROUP BY 1 ORDER BY min(id)"
            .formatted(journal.table(), UNFINISHED);
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        keys.add(rows.getString(1));
      }
    }
    return keys;
  }
}
