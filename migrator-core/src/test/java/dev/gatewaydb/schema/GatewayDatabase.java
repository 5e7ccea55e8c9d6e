package dev.gatewaydb.schema;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.testing.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A database at some version of the gateway's schema, to which single V and U files can be applied.
 * Has no history table, so that its catalog shows the files' work alone.
 */
final class GatewayDatabase implements AutoCloseable {
  static final String OWNER = "11111111-1111-1111-1111-111111111111";
  static final String KEY = "00000000-0000-0000-0000-000000000001";

  private final ScratchDatabase db;
  private final Connection connection;

  GatewayDatabase(ScratchDatabase db) throws SQLException {
    this.db = db;
    this.connection = db.dataSource().getConnection();
  }

  /** One template for each version; every call gives a copy. */
  static GatewayDatabase at(String version, ScratchServer server) throws SQLException {
    return new GatewayDatabase(
        server.cloneOf("gateway at " + version, fresh -> prepare(fresh, version)));
  }

  private static void prepare(ScratchDatabase fresh, String version) {
    try (Connection connection = fresh.dataSource().getConnection()) {
      migrateTo(version, connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    db.close();
  }

  Connection connect() throws SQLException {
    return db.dataSource().getConnection();
  }

  /** Each row as text, its columns separated by {@code |}. */
  List<String> rows(String sql) throws SQLException {
    return Sql.rows(connection, sql);
  }

  void execute(String sql) throws SQLException {
    Sql.execute(connection, sql);
  }

  void refuses(String sql, String constraint) {
    assertThatThrownBy(() -> execute(sql))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("\"" + constraint + "\"");
  }

  /** With Flyway and a history table. */
  void migrate() {
    new Migrator(db.dataSource(), GatewayFiles.SET).migrate();
  }

  /** Runs the V files up to the version on an empty database. */
  void migrateTo(String version) throws SQLException {
    migrateTo(version, connection);
  }

  private static void migrateTo(String version, Connection connection) throws SQLException {
    for (Migration each : GatewayFiles.SET.migrations()) {
      if (each.version().compareTo(version) <= 0) {
        run(each.up().text(), connection);
      }
    }
  }

  void up(String version) throws SQLException {
    run(GatewayFiles.up(version));
  }

  void down(String version) throws SQLException {
    run(GatewayFiles.down(version));
  }

  /** Runs afterMigrate and gives back its warnings. */
  List<String> afterMigrate() throws SQLException {
    return run(GatewayFiles.afterMigrate());
  }

  /** Runs a script in one transaction and gives back the warnings. */
  List<String> run(String script) throws SQLException {
    return run(script, connection);
  }

  private static List<String> run(String script, Connection connection) throws SQLException {
    List<String> warnings = new ArrayList<>();
    // What is sent as one query is one transaction.
    try (Statement statement = connection.createStatement()) {
      statement.execute(script);
      for (SQLWarning w = statement.getWarnings(); w != null; w = w.getNextWarning()) {
        warnings.add(w.getMessage());
      }
    }
    return warnings;
  }

  void insertClearKey(String key, String updatedAt) throws SQLException {
    execute(
        "INSERT INTO api_keys (user_id, address, name, api_key, updated_at)"
            + " VALUES ('%s', %s, 'n', '%s', '%s')".formatted(OWNER, bytes(20), key, updatedAt));
  }

  void insertKey() throws SQLException {
    execute(key());
  }

  static String key() {
    return key(20, 32, "gw_live_abcd", "wxyz");
  }

  static String key(int address, int hash, String prefix, String lastFour) {
    return "INSERT INTO api_keys (id, user_id, address, name, key_hash, key_prefix, last_four)"
        + " VALUES ('%s', '%s', %s, 'n', %s, '%s', '%s')"
            .formatted(KEY, OWNER, bytes(address), bytes(hash), prefix, lastFour);
  }

  static String secret(int client, int data, long chain, int version) {
    return "INSERT INTO policy_client_secret (policy_client_address, policy_data_address, envelope,"
        + " chain_id, encryption_version) VALUES (%s, %s, '\\x01', %d, %d)"
            .formatted(bytes(client), bytes(data), chain, version);
  }

  static String reference(int sender, int client, int recipient, int signature, int envelope) {
    return "INSERT INTO encrypted_data_refs (sender_address, policy_client_address,"
        + " recipient_pubkey, signature, envelope) VALUES (%s, %s, %s, %s, %s)"
            .formatted(
                bytes(sender), bytes(client), bytes(recipient), bytes(signature), bytes(envelope));
  }

  private static String bytes(int length) {
    return "decode(repeat('ab', %d), 'hex')".formatted(length);
  }
}
