package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code gwdb_journal}, beside the history: what Flyway's table has no room for. Who changed the
 * history by hand, when, from where and why; and each statement that ran outside a transaction.
 */
final class Journal {
  private final Connection connection;
  private final HistoryTable history;

  Journal(Connection connection, HistoryTable history) {
    this.connection = connection;
    this.history = history;
  }

  /** A statement that was started and not finished, as far as the journal knows. */
  record Started(long id, String hash, boolean running, int pid) {}

  private String table() {
    return history.beside("gwdb_journal");
  }

  boolean exists() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?)")) {
      statement.setString(1, table());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1) != null;
      }
    }
  }

  void create() throws SQLException {
    if (exists()) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE %s (
              id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
              action TEXT NOT NULL,
              version TEXT,
              script TEXT,
              statement_number INT,
              statement_hash TEXT,
              state TEXT NOT NULL CHECK (state IN ('started', 'done', 'failed', 'cleared')),
              started_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
              finished_at TIMESTAMPTZ,
              backend_pid INT NOT NULL DEFAULT pg_backend_pid(),
              backend_start TIMESTAMPTZ,
              db_user TEXT NOT NULL DEFAULT session_user,
              client_addr INET DEFAULT inet_client_addr(),
              application TEXT DEFAULT current_setting('application_name', true),
              operator TEXT,
              reason TEXT
          )
          """
              .formatted(table()));
    }
  }

  /** An entry about the history itself, done at once. */
  void note(String action, String version, String script, String operator, String reason)
      throws SQLException {
    create();
    String sql =
        """
        INSERT INTO %s (action, version, script, state, finished_at, backend_start, operator, reason)
        SELECT ?, ?, ?, 'done', clock_timestamp(), a.backend_start, ?, ?
          FROM (SELECT) x LEFT JOIN pg_stat_activity a ON a.pid = pg_backend_pid()
        """
            .formatted(table());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, action);
      statement.setString(2, version);
      statement.setString(3, script);
      statement.setString(4, operator);
      statement.setString(5, reason);
      statement.execute();
    }
  }

  /** Says, and commits, that a statement starts now. */
  long start(String version, String script, int number, String hash) throws SQLException {
    create();
    String sql =
        """
        INSERT INTO %s (action, version, script, statement_number, statement_hash, state, backend_start)
        SELECT 'statement', ?, ?, ?, ?, 'started', a.backend_start
          FROM (SELECT) x LEFT JOIN pg_stat_activity a ON a.pid = pg_backend_pid()
        RETURNING id
        """
            .formatted(table());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, version);
      statement.setString(2, script);
      statement.setInt(3, number);
      statement.setString(4, hash);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  void finish(long id, String state) throws SQLException {
    String sql =
        "UPDATE %s SET state = ?, finished_at = clock_timestamp() WHERE id = ?".formatted(table());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, state);
      statement.setLong(2, id);
      statement.execute();
    }
  }

  /** The hash with which this statement was last done; empty when it never was. */
  Optional<String> doneHash(String version, int number) throws SQLException {
    if (!exists()) {
      return Optional.empty();
    }
    String sql =
        """
        SELECT statement_hash FROM %s
         WHERE action = 'statement' AND version = ? AND statement_number = ? AND state = 'done'
         ORDER BY id DESC LIMIT 1
        """
            .formatted(table());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, version);
      statement.setInt(2, number);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  /** The statement's unfinished start, and whether its backend still works on it. */
  Optional<Started> started(String version, int number) throws SQLException {
    if (!exists()) {
      return Optional.empty();
    }
    String sql =
        """
        SELECT j.id, j.statement_hash, a.pid IS NOT NULL, j.backend_pid
          FROM %s j LEFT JOIN pg_stat_activity a
            ON a.pid = j.backend_pid AND a.backend_start = j.backend_start
           AND a.pid <> pg_backend_pid()
         WHERE j.action = 'statement' AND j.version = ? AND j.statement_number = ?
           AND j.state = 'started'
         ORDER BY j.id DESC LIMIT 1
        """
            .formatted(table());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, version);
      statement.setInt(2, number);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Started(row.getLong(1), row.getString(2), row.getBoolean(3), row.getInt(4)))
            : Optional.empty();
      }
    }
  }

  /** Of this version, nothing counts as done any more: its migration was recorded or reverted. */
  void clear(String version) throws SQLException {
    if (!exists()) {
      return;
    }
    String sql =
        """
        UPDATE %s SET state = 'cleared', finished_at = coalesce(finished_at, clock_timestamp())
         WHERE action = 'statement' AND version = ? AND state IN ('started', 'done', 'failed')
        """
            .formatted(table());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, version);
      statement.execute();
    }
  }

  /** Backends that still work on a statement of this version. */
  List<Integer> running(String version) throws SQLException {
    String sql =
        """
        SELECT DISTINCT j.backend_pid
          FROM %s j JOIN pg_stat_activity a
            ON a.pid = j.backend_pid AND a.backend_start = j.backend_start
         WHERE j.action = 'statement' AND j.version = ? AND j.state = 'started'
           AND a.pid <> pg_backend_pid()
        """
            .formatted(table());
    List<Integer> pids = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, version);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          pids.add(rows.getInt(1));
        }
      }
    }
    return pids;
  }

  /** Lets unfinished statements of this version run again; those that are done stay done. */
  void clearUnfinished(String version) throws SQLException {
    String sql =
        """
        UPDATE %s SET state = 'cleared', finished_at = clock_timestamp()
         WHERE action = 'statement' AND version = ? AND state IN ('started', 'failed')
        """
            .formatted(table());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, version);
      statement.execute();
    }
  }

  /** Versions with unfinished statements, oldest first. */
  List<String> unfinished() throws SQLException {
    if (!exists()) {
      return List.of();
    }
    String sql =
        """
        SELECT DISTINCT version FROM %s
         WHERE action = 'statement' AND state IN ('started', 'failed') ORDER BY 1
        """
            .formatted(table());
    List<String> versions = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        versions.add(rows.getString(1));
      }
    }
    return versions;
  }
}
