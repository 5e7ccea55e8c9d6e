package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * {@code gwdb_journal}, beside the history: what Flyway's table has no room for. Here, who changed
 * the history by hand, when, from where and why; {@link StatementJournal} has the rest.
 */
final class Journal {
  static final String TABLE = "gwdb_journal";

  private final Connection connection;
  private final HistoryTable history;

  Journal(Connection connection, HistoryTable history) {
    this.connection = connection;
    this.history = history;
  }

  /** Its name, quoted for SQL. */
  String table() {
    return history.beside(TABLE);
  }

  boolean exists() throws SQLException {
    return look("to_regclass(?) IS NOT NULL");
  }

  /** Whether it is there and this user may look into it; who only watches need not. */
  boolean isReadable() throws SQLException {
    return look("coalesce(has_table_privilege(to_regclass(?), 'SELECT'), false)");
  }

  private boolean look(String condition) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT " + condition)) {
      statement.setString(1, table());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
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
    KeptTable.seal(connection, table());
  }

  /** An entry about the history itself, done at once. */
  void note(String action, String version, String script, String operator, String reason)
      throws SQLException {
    create();
    String sql =
        """
        INSERT INTO %s (action, version, script, state, started_at, finished_at, backend_start, operator,
                        reason)
        SELECT ?, ?, ?, 'done', x.at, x.at, a.backend_start, ?, ?
          FROM (SELECT clock_timestamp() AS at) x LEFT JOIN pg_stat_activity a ON a.pid = pg_backend_pid()
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
}
