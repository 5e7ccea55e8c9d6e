package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.Layout;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.internal.util.AbbreviationUtils;

/** What we write into Flyway's table ourselves: only rows that Flyway itself writes too. */
final class HistoryRows {
  private final Connection connection;
  private final HistoryTable table;
  private final Layout layout;

  /**
   * @param layout from whose versions the history's follow
   */
  HistoryRows(Connection connection, HistoryTable table, Layout layout) {
    this.connection = connection;
    this.table = table;
    this.layout = layout;
  }

  boolean exists() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?)")) {
      statement.setString(1, table.toString());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1) != null;
      }
    }
  }

  boolean isEmpty() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT FROM %s LIMIT 1".formatted(table))) {
      return !row.next();
    }
  }

  /**
   * Makes the table as Flyway 13 does. Flyway itself would refuse to start a history in a schema
   * that holds anything, for example the dashboard's tables.
   */
  void create() throws SQLException {
    if (exists()) {
      return;
    }
    String sql =
        """
        CREATE TABLE %1$s (
            "installed_rank" INT NOT NULL,
            "version" VARCHAR(50),
            "description" VARCHAR(200) NOT NULL,
            "type" VARCHAR(20) NOT NULL,
            "script" VARCHAR(1000) NOT NULL,
            "checksum" INTEGER,
            "installed_by" VARCHAR(100) NOT NULL,
            "installed_on" TIMESTAMP NOT NULL DEFAULT now(),
            "execution_time" INTEGER NOT NULL,
            "success" BOOLEAN NOT NULL,
            CONSTRAINT "%2$s_pk" PRIMARY KEY ("installed_rank")
        );
        CREATE INDEX "%2$s_s_idx" ON %1$s ("success");
        """
            .formatted(table, table.name());
    try (Statement statement = connection.createStatement()) {
      if (!schemaExists()) {
        statement.execute("CREATE SCHEMA " + table.quotedSchema());
      }
      statement.execute(sql);
    }
    KeptTable.seal(connection, table.toString());
  }

  /** CREATE SCHEMA IF NOT EXISTS would ask for the right to create one also where it exists. */
  private boolean schemaExists() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT to_regnamespace(?)")) {
      statement.setString(1, table.quotedSchema());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1) != null;
      }
    }
  }

  /** Says that a pending migration is applied. */
  void insert(MigrationStatus.Entry applied, Duration duration) throws SQLException {
    insert(applied, duration, Optional.empty());
  }

  /**
   * Says that a pending migration is applied.
   *
   * @param when empty for now
   */
  void insert(MigrationStatus.Entry applied, Duration duration, Optional<OffsetDateTime> when)
      throws SQLException {
    insert(
        new Row(
            applied.version(),
            applied.description(),
            CoreMigrationType.SQL,
            applied.script(),
            applied.checksum(),
            duration,
            when));
  }

  /** Starts the history at this version, as if everything up to it had been applied. */
  void insertBaseline(String version, String description) throws SQLException {
    insert(
        new Row(
            Optional.of(version),
            description,
            CoreMigrationType.BASELINE,
            description,
            Optional.empty(),
            Duration.ZERO,
            Optional.empty()));
  }

  private record Row(
      Optional<String> version,
      String description,
      CoreMigrationType type,
      String script,
      Optional<Integer> checksum,
      Duration duration,
      Optional<OffsetDateTime> when) {}

  private void insert(Row row) throws SQLException {
    String sql =
        """
        INSERT INTO %1$s (installed_rank, version, description, type, script, checksum,
                          installed_by, installed_on, execution_time, success)
        SELECT coalesce(max(installed_rank), 0) + 1, ?, ?, ?, ?, ?, current_user,
               coalesce(?::timestamptz, now()), ?, true FROM %1$s
        """
            .formatted(table.toString());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, row.version().map(layout::historyVersion).orElse(null));
      statement.setString(2, AbbreviationUtils.abbreviateDescription(row.description()));
      statement.setString(3, row.type().name());
      statement.setString(4, AbbreviationUtils.abbreviateScript(row.script()));
      statement.setObject(5, row.checksum().orElse(null), Types.INTEGER);
      statement.setObject(6, row.when().orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
      statement.setLong(7, row.duration().toMillis());
      statement.execute();
    }
  }

  /** Takes an applied version back: what repair writes for a missing file. Returns rows written. */
  int delete(String version, Duration duration) throws SQLException {
    String sql =
        """
        INSERT INTO %1$s (installed_rank, version, description, type, script, checksum,
                          installed_by, execution_time, success)
        SELECT (SELECT max(installed_rank) + 1 FROM %1$s), version, description, 'DELETE', script,
               checksum, current_user, ?, true
          FROM %1$s
         WHERE version = ? AND type <> 'DELETE' AND success
         ORDER BY installed_rank DESC LIMIT 1
        """
            .formatted(table.toString());
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, duration.toMillis());
      statement.setString(2, layout.historyVersion(version));
      return statement.executeUpdate();
    }
  }

  /** Versions whose last run failed outside a transaction. */
  List<String> failed() throws SQLException {
    List<String> versions = new ArrayList<>();
    if (!exists()) {
      return versions;
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT coalesce(version, description) FROM %s WHERE NOT success ORDER BY installed_rank"
                    .formatted(table.toString()))) {
      while (rows.next()) {
        versions.add(rows.getString(1));
      }
    }
    return versions;
  }

  void deleteFailed() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM %s WHERE NOT success".formatted(table.toString()));
    }
  }
}
