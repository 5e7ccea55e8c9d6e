package dev.gatewaydb.migrator.operate.health;

import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.error.FailedException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a database: a constant number of queries, none of which changes anything or waits for a
 * lock. What a role may not see becomes a note, not an error.
 */
public final class HealthCheck {
  private final DataSource source;
  private final HealthThresholds thresholds;
  private final Map<String, List<HealthRow>> sections = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** For one look; make a new one for the next. */
  public HealthCheck(DataSource source, HealthThresholds thresholds) {
    this.source = source;
    this.thresholds = thresholds;
  }

  /**
   * Looks.
   *
   * @throws dev.gatewaydb.migrator.error.UnreachableException when there is no connection
   * @throws FailedException when the connection breaks
   */
  public HealthReport run() {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(source);
        Connection connection = one.getConnection()) {
      ServerVersion.of(connection).requireSupported();
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      begin(connection);
      measure(connection);
      connection.rollback();
      return new HealthReport(
          Instant.now(), sections, new HealthRules(thresholds, sections).findings(), notes);
    } catch (SQLException e) {
      throw new FailedException("the health check broke off: " + e.getMessage(), "", e);
    }
  }

  /**
   * Short waits, or the check itself would be what somebody has to look at; and only here: settings
   * of the session would stay behind in a pooler.
   */
  private static void begin(Connection connection) throws SQLException {
    connection.rollback();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = '500ms'; SET LOCAL statement_timeout = '5s'");
    }
  }

  private void measure(Connection connection) throws SQLException {
    section(connection, "server", HealthSql.SERVER);
    if (!one("server").flag("seesAll")) {
      notes.add(
          "this role sees only its own sessions and statements: GRANT pg_monitor TO it shows all");
    }
    disk(connection);
    section(connection, "connections", HealthSql.CONNECTIONS);
    section(connection, "clients", HealthSql.CLIENTS);
    section(connection, "sessions", HealthSql.SESSIONS);
    section(connection, "replication", HealthSql.REPLICATION);
    section(connection, "replicationSlots", HealthSql.SLOTS);
    section(connection, "tables", HealthSql.TABLES);
    section(connection, "deadRows", HealthSql.DEAD_ROWS, thresholds.deadRows());
    section(connection, "bloat", HealthSql.BLOAT, thresholds.bloat());
    boolean oldEnough =
        one("server").number("statisticsSeconds") >= thresholds.unusedIndexAfter().toSeconds();
    section(connection, "indexes", HealthSql.INDEXES, oldEnough);
    section(connection, "sequences", HealthSql.SEQUENCES, thresholds.sequences().warning());
    statements(connection);
  }

  private HealthRow one(String section) {
    List<HealthRow> rows = sections.getOrDefault(section, List.of());
    return rows.isEmpty() ? new HealthRow(Map.of()) : rows.getFirst();
  }

  private void statements(Connection connection) throws SQLException {
    List<HealthRow> extension = query(connection, HealthSql.STATEMENTS_SCHEMA);
    if (extension.isEmpty()) {
      notes.add(
          "pg_stat_statements isn't installed, so slow statements can't be told: add it to"
              + " shared_preload_libraries, restart the server, then CREATE EXTENSION"
              + " pg_stat_statements");
    } else {
      section(connection, "statements", HealthSql.statements(extension.getFirst().text("schema")));
    }
  }

  private void section(Connection connection, String name, String sql, Object... parameters)
      throws SQLException {
    try {
      sections.put(name, query(connection, sql, parameters));
    } catch (SQLException e) {
      if (isConnectionLoss(e)) {
        throw e;
      }
      begin(connection);
      notes.add("%s can't be measured: %s".formatted(name, e.getMessage()));
    }
  }

  private static boolean isConnectionLoss(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.startsWith("57P");
  }

  private static List<HealthRow> query(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<HealthRow> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(HealthRow.of(result));
        }
      }
      return rows;
    }
  }

  /** PostgreSQL doesn't tell; where the server runs on this machine, the file system does. */
  private void disk(Connection connection) throws SQLException {
    String unknown = "how full the disk is can't be seen from here: look at the server's host";
    try {
      HealthRow place = query(connection, HealthSql.DATA_DIRECTORY).getFirst();
      Path directory = Path.of(place.text("path"));
      if (!place.flag("here") || !isTheServers(directory, (long) place.number("started"))) {
        notes.add(unknown);
        return;
      }
      FileStore store = Files.getFileStore(directory);
      long total = store.getTotalSpace();
      long free = store.getUsableSpace();
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("path", directory.toString());
      fields.put("totalBytes", total);
      fields.put("freeBytes", free);
      fields.put("percent", total == 0 ? 0.0 : Math.round(1000.0 * (total - free) / total) / 10.0);
      sections.put("disk", List.of(new HealthRow(fields)));
    } catch (SQLException e) {
      if (isConnectionLoss(e)) {
        throw e;
      }
      begin(connection);
      notes.add(unknown + ", or GRANT pg_monitor");
    } catch (IOException e) {
      notes.add(unknown);
    }
  }

  /** A forwarded port looks local, too: the third line of its postmaster.pid is when it started. */
  private static boolean isTheServers(Path directory, long started) throws IOException {
    Path file = directory.resolve("postmaster.pid");
    if (!Files.isReadable(file)) {
      return false;
    }
    List<String> lines = Files.readAllLines(file);
    try {
      return lines.size() > 2 && Math.abs(Long.parseLong(lines.get(2).strip()) - started) <= 2;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
