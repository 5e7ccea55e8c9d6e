package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A table that gwdb itself keeps in the database. */
public final class KeptTable {
  private KeptTable() {}

  /**
   * Takes from others what default privileges gave them on a new table, but for reading: the
   * application may write to every table of the project, and not to its history.
   *
   * @param table quoted, with its schema
   */
  public static void seal(Connection connection, String table) throws SQLException {
    String writers =
        """
        SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
          FROM pg_class c, aclexplode(c.relacl) a
         WHERE c.oid = CAST(? AS regclass) AND a.grantee <> c.relowner AND a.privilege_type <> 'SELECT'
        """;
    List<String> roles = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(writers)) {
      statement.setString(1, table);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          roles.add(rows.getString(1));
        }
      }
    }
    if (!roles.isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON %s FROM %s"
                .formatted(table, String.join(", ", roles)));
      }
    }
  }
}
