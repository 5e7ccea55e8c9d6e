package dev.gatewaydb.migrator.adopt;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What another tool's table says. Two of them are equal when nothing has changed between.
 *
 * @param tool whose it is, told by its columns
 * @param schema where the table is
 * @param name what the table is called there
 * @param rows in the table's order of versions
 */
public record ForeignHistory(Tool tool, String schema, String name, List<Row> rows) {
  /** Copies the list. */
  public ForeignHistory {
    rows = List.copyOf(rows);
  }

  /**
   * One row of it.
   *
   * @param version as the table has it
   * @param finished false for sqlx's {@code success = false} and golang-migrate's {@code dirty}
   * @param sha384 of the file's bytes, in hex; empty when the tool keeps none
   * @param appliedAt empty when the tool doesn't say
   * @param took zero when the tool doesn't say
   */
  public record Row(
      String version,
      boolean finished,
      Optional<String> sha384,
      Optional<OffsetDateTime> appliedAt,
      Duration took) {}

  /**
   * Those that are in this database, along the connection's search_path: under their usual names,
   * and under any other that a setting has given them, where the columns leave no doubt.
   */
  public static List<ForeignHistory> find(Connection connection) throws SQLException {
    List<ForeignHistory> found = new ArrayList<>();
    for (ForeignTable table : ForeignTable.find(connection)) {
      found.add(table.read(connection));
    }
    return found;
  }

  /** Whether the tool calls its table so where nobody has told it otherwise. */
  public boolean hasUsualName() {
    return name.equals(tool.table());
  }

  /** Whether people mean this one by a name, with its schema or without. */
  public boolean isCalled(String text) {
    return text.equals(name) || text.equals(table());
  }

  /** The table, with its schema, for people. */
  public String table() {
    return schema + "." + name;
  }

  /**
   * Keeps the other tool from migrating until the end of the transaction: takes its own lock, and
   * locks its table, since not all take one.
   *
   * @throws dev.gatewaydb.migrator.error.RefusedException when the tool is at work
   */
  public void lock(Connection connection) throws SQLException {
    ForeignLock.take(connection, this);
  }

  /** The table, quoted for SQL. */
  String quotedTable() {
    return ForeignTable.quoted(schema, name);
  }
}
