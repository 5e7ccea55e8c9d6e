package dev.gatewaydb.migrator.operate;

import dev.gatewaydb.migrator.KeptTable;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a database says it is: a single row with a column {@code environment}, which keeps
 * destructive commands away from the wrong database.
 *
 * @param table as {@code to_regclass} takes it: {@code gateway_metadata}, {@code audit."T"}
 * @param madeOnDemand whether gwdb makes the table; else migrations do
 */
public record EnvironmentMarker(String table, boolean madeOnDemand) {
  /** What {@code DEV_MODE} stands for; a reset of such a database needs no further word. */
  public static final String DEVELOPMENT = "development";

  /** What a database is taken for that isn't marked for development. */
  public static final String PRODUCTION = "production";

  // 32 characters at most, as in both schemas that have such a table.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");

  /**
   * Reads it.
   *
   * @return empty when nothing is marked, or there is no such table
   */
  public Optional<String> read(Connection connection) throws SQLException {
    Optional<String> quoted = find(connection);
    if (quoted.isEmpty()) {
      return Optional.empty();
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT environment FROM " + quoted.get() + " WHERE environment <> '' LIMIT 1")) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }

  /**
   * Refuses what is no name of an environment.
   *
   * @throws ConfigurationException unless it has 1 to 32 letters, digits, dots, dashes, underscores
   */
  public static void requireName(String environment) {
    if (!NAME.matcher(environment).matches()) {
      throw new ConfigurationException(
          "'%s' is no name of an environment".formatted(environment),
          "Use 1 to 32 letters, digits, dots, dashes or underscores, as in development or"
              + " production.");
    }
  }

  /**
   * Writes it.
   *
   * @throws ConfigurationException for what is no name
   * @throws RefusedException when the table is missing that migrations make
   */
  public void write(Connection connection, String environment) throws SQLException {
    requireName(environment);
    Optional<String> quoted = find(connection);
    if (quoted.isEmpty()) {
      if (!madeOnDemand) {
        throw new RefusedException(
            "the environment can't be marked: there is no table " + table,
            "'gwdb migrate' makes it.",
            null);
      }
      create(connection);
    }
    String name = find(connection).orElse(table);
    String update = "UPDATE %s SET environment = ?".formatted(name);
    if (execute(connection, update, environment) == 0) {
      execute(
          connection,
          "INSERT INTO %s (id, environment) VALUES (true, ?)".formatted(name),
          environment);
    }
  }

  private void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE %s (
              id BOOLEAN PRIMARY KEY DEFAULT true CHECK (id),
              environment TEXT CHECK (length(environment) BETWEEN 1 AND 32)
          )
          """
              .formatted(table));
    }
    KeptTable.seal(connection, table);
  }

  private static int execute(Connection connection, String sql, String value) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, value);
      return statement.executeUpdate();
    }
  }

  /** The table, quoted and with its schema; empty when there is none. */
  private Optional<String> find(Connection connection) throws SQLException {
    String sql =
        """
        SELECT format('%I.%I', n.nspname, c.relname)
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.oid = to_regclass(?)
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, table);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }
}
