package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.DatabaseException;
import dev.gatewaydb.dao.InvalidInputException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sql.DataSource;

/**
 * What is stored, as far as it can be told without a key.
 *
 * @param tables in the order given
 * @param jobs online runs, the latest first; empty when there never was one
 */
public record SecretCensus(List<TableCensus> tables, List<JobState> jobs) {
  /** Copies the lists. */
  public SecretCensus {
    tables = List.copyOf(tables);
    jobs = List.copyOf(jobs);
  }

  /**
   * A table's secrets.
   *
   * @param table as configured, with its column
   * @param quarantined that the last online run couldn't open
   */
  public record TableCensus(String table, List<Group> groups, long quarantined) {
    /** Copies the list. */
    public TableCensus {
      groups = List.copyOf(groups);
    }

    /** All secrets of the table. */
    public long total() {
      return groups.stream().mapToLong(Group::rows).sum();
    }
  }

  /**
   * Secrets alike.
   *
   * @param version what the version column says, known or not; empty for null
   * @param generation which key, as eight hexadecimal digits; empty where the bytes don't tell
   */
  public record Group(OptionalInt version, Optional<String> generation, long rows) {}

  /**
   * An online run.
   *
   * @param phase {@code first pass}, {@code rest} or {@code done}
   * @param seen rows looked at
   * @param changed rows re-encrypted
   */
  public record JobState(
      String goal,
      String table,
      String generation,
      String phase,
      long seen,
      long changed,
      Instant started,
      Instant updated) {}

  /**
   * Counts. Reads every table once, and takes no lock.
   *
   * @throws InvalidInputException when a table isn't as described
   * @throws DatabaseException when the database fails
   */
  public static SecretCensus of(DataSource dataSource, List<SecretTable> tables) {
    try (Connection connection = dataSource.getConnection()) {
      boolean jobs = Job.hasTables(connection);
      List<TableCensus> found = new ArrayList<>();
      for (SecretTable table : tables) {
        TableShape shape = TableShape.of(table, connection);
        found.add(
            new TableCensus(
                table.label(),
                groups(connection, shape),
                jobs ? quarantined(connection, table) : 0));
      }
      return new SecretCensus(found, jobs ? jobs(connection) : List.of());
    } catch (SQLException e) {
      throw DatabaseException.of("can't count the secrets", e);
    }
  }

  private static List<Group> groups(Connection connection, TableShape shape) throws SQLException {
    List<Group> groups = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(shape.census())) {
      while (row.next()) {
        int version = row.getInt(1);
        OptionalInt shown =
            row.wasNull()
                ? shape.hasVersion()
                    ? OptionalInt.empty()
                    : OptionalInt.of(shape.table().fixedVersion().number())
                : OptionalInt.of(version);
        groups.add(new Group(shown, Optional.ofNullable(row.getString(2)), row.getLong(3)));
      }
    }
    return groups;
  }

  private static long quarantined(Connection connection, SecretTable table) throws SQLException {
    String sql =
        "SELECT count(*) FROM gwdb_secret_quarantine WHERE table_name = ? AND column_name = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, table.name());
      statement.setString(2, table.column());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static List<JobState> jobs(Connection connection) throws SQLException {
    List<JobState> jobs = new ArrayList<>();
    String sql =
        """
        SELECT lower(goal), table_name || '.' || column_name, generation, phase, seen, changed,
               started_at, updated_at
          FROM gwdb_secret_rotation ORDER BY updated_at DESC
        """;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        jobs.add(
            new JobState(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getLong(5),
                row.getLong(6),
                row.getObject(7, OffsetDateTime.class).toInstant(),
                row.getObject(8, OffsetDateTime.class).toInstant()));
      }
    }
    return jobs;
  }
}
