package dev.gatewaydb.testing;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** One statement, on a connection of its own unless one is given. */
public final class Sql {
  private Sql() {}

  /** Each row as text, its columns separated by {@code |}. */
  public static List<String> rows(ScratchDatabase db, String sql) throws SQLException {
    return rows(db.dataSource(), sql);
  }

  /** As {@link #rows(ScratchDatabase, String)}. */
  public static List<String> rows(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return rows(connection, sql);
    }
  }

  /** As {@link #rows(ScratchDatabase, String)}. */
  public static List<String> rows(Connection connection, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          values.add(String.valueOf(result.getString(i)));
        }
        rows.add(String.join("|", values));
      }
    }
    return rows;
  }

  /** Runs statements that return nothing. */
  public static void execute(ScratchDatabase db, String sql) throws SQLException {
    execute(db.dataSource(), sql);
  }

  /** As {@link #execute(ScratchDatabase, String)}. */
  public static void execute(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection()) {
      execute(connection, sql);
    }
  }

  /** As {@link #execute(ScratchDatabase, String)}. */
  public static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** From now on, sessions of the database have no more rights than those that PUBLIC has. */
  public static void dropSuperuserRights(ScratchDatabase db) throws SQLException {
    if (rows(db, "SHOW is_superuser").getFirst().equals("on")) {
      // A role that every server has, so that nothing of it stays behind.
      execute(db, "ALTER DATABASE " + db.name() + " SET role = pg_monitor");
    }
  }
}
