package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.EthereumAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** What many tests begin with. */
final class Fixtures {
  static final UUID USER = UUID.fromString("11111111-1111-4111-8111-111111111111");
  static final EthereumAddress ADDRESS =
      EthereumAddress.parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
  static final ChangedBy BY = new ChangedBy("ada", "a test");

  private Fixtures() {}

  static NewKey key(String name, String... permissions) {
    return key(KeySettings.of(name, Permissions.of(permissions)));
  }

  static NewKey key(KeySettings settings) {
    return new NewKey(USER, ADDRESS, KeyEnvironment.LIVE, settings);
  }

  static void execute(DataSource database, String sql) {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** As after the migrations, whatever tests have done to it. */
  static void empty(DataSource database) {
    execute(
        database,
        """
        DROP TABLE IF EXISTS "user" CASCADE;
        ALTER TABLE api_keys ENABLE TRIGGER USER;
        TRUNCATE api_keys, api_key_change CASCADE
        """);
  }

  /** The first column. */
  static List<String> rows(DataSource database, String sql) {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(row.getString(1));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The dashboard's table, with the user in it. */
  static void createUserTable(DataSource database) {
    execute(
        database,
        """
        CREATE TABLE "user" (id UUID PRIMARY KEY, email TEXT, is_active BOOLEAN NOT NULL DEFAULT true);
        INSERT INTO "user" VALUES ('%s', 'ada@example.com')
        """
            .formatted(USER));
  }
}
