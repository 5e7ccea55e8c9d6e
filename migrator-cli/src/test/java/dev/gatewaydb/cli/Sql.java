package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Looks into a database, or changes it, beside the command. */
final class Sql {
  /** Flyway's, for the history table of every project without settings of its own. */
  private static final long MIGRATION_LOCK =
      77431708279161L + "\"public\".\"flyway_schema_history\"".hashCode();

  private Sql() {}

  static void execute(ScratchDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** As other tools send a file: all of it at once, told apart into statements by the server. */
  static void executeFile(ScratchDatabase database, Path file) throws IOException, SQLException {
    Properties properties = database.settings().jdbcProperties();
    properties.setProperty("preferQueryMode", "simple");
    try (Connection connection =
            DriverManager.getConnection(database.settings().jdbcUrl(), properties);
        Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(Files.readString(file));
    }
  }

  /** The first column of the first row; empty without a row. */
  static String value(ScratchDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  /** Whether no migrate has ever begun there. */
  static boolean isUntouched(ScratchDatabase database) throws SQLException {
    return value(database, "SELECT to_regclass('flyway_schema_history') IS NULL").equals("t");
  }

  /** Keeps every migrate waiting until the connection is closed. */
  static Connection holdMigrationLock(ScratchDatabase database) throws SQLException {
    Connection connection = database.dataSource().getConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(%d)".formatted(MIGRATION_LOCK));
    }
    return connection;
  }
}
