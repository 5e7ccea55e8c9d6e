package dev.gatewaydb.dao.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.dao.crypto.MasterKey;
import dev.gatewaydb.dao.crypto.RowBinding;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.crypto.SecretFormat;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;

/** A table of secrets: row {@code id} of a tenant holds {@code c4n4ry-id}, padded. */
final class Secrets {
  static final MasterKey OLD = MasterKey.fromHex("OLD", "01".repeat(32));
  static final MasterKey NEW = MasterKey.fromHex("NEW", "23".repeat(32));
  static final KeyRing BEFORE = builder(OLD).build();
  static final KeyRing AFTER = builder(NEW).build();
  static final KeyRing BOTH = builder(NEW).reading(OLD).build();
  static final int TENANTS = 7;

  private final DataSource dataSource;
  private final SecretTable table;
  private final int padding;

  Secrets(DataSource dataSource, String name, SecretFormat format) {
    this(dataSource, name, format, 0);
  }

  Secrets(DataSource dataSource, String name, SecretFormat format, int padding) {
    this.dataSource = dataSource;
    this.padding = padding;
    this.table =
        new SecretTable(
            name,
            "secret",
            Optional.of("tenant"),
            Optional.of("version"),
            EncryptionVersion.MASTER_KEY,
            format);
  }

  static KeyRing.Builder builder(MasterKey key) {
    return KeyRing.builder(key).salt("salt".getBytes(StandardCharsets.US_ASCII));
  }

  SecretTable table() {
    return table;
  }

  String plaintext(long id) {
    return "c4n4ry-" + id + " ".repeat(padding);
  }

  private static String tenant(long id) {
    return "tenant " + id % TENANTS;
  }

  RowBinding binding(long id) {
    return new RowBinding(
        table.name(),
        table.column(),
        List.of(Long.toString(id), "v\"," + id),
        Optional.of(tenant(id)));
  }

  byte[] sealed(KeyRing ring, EncryptionVersion version, long id) {
    return ring.seal(table.format(), version, binding(id), SecretBytes.ofUtf8(plaintext(id)));
  }

  Secrets create() throws SQLException {
    execute(
        """
        CREATE TABLE %s (note text, id bigint, part text, tenant text, version int, secret bytea,
                         PRIMARY KEY (id, part))
        """
            .formatted(table.name()));
    return this;
  }

  /** Rows with ids from first to last, of these versions in turn. */
  Secrets fill(KeyRing ring, long first, long last, EncryptionVersion... versions)
      throws SQLException {
    String sql =
        "INSERT INTO %s (id, part, tenant, version, secret) VALUES (?, ?, ?, ?, ?)"
            .formatted(table.name());
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        for (long id = first; id <= last; id++) {
          EncryptionVersion version = versions[(int) (id % versions.length)];
          statement.setLong(1, id);
          statement.setString(2, binding(id).primaryKey().get(1));
          statement.setString(3, tenant(id));
          statement.setInt(4, version.number());
          statement.setBytes(5, sealed(ring, version, id));
          statement.addBatch();
          if (id % 1000 == 0) {
            statement.executeBatch();
          }
        }
        statement.executeBatch();
      }
      connection.commit();
      connection.setAutoCommit(true);
    }
    return this;
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  List<String> rows(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= columns; i++) {
          text.append(i == 1 ? "" : "|").append(row.getString(i));
        }
        rows.add(text.toString());
      }
    }
    return rows;
  }

  /**
   * Opens every row with each key alone, makes sure that exactly one does and gives the right
   * secret, and counts rows by that key and their version, as in {@code new v2}.
   */
  Map<String, Integer> opened() throws SQLException {
    Map<String, Integer> counts = new TreeMap<>();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT id, version, secret FROM " + table.name() + " WHERE secret IS NOT NULL")) {
      while (row.next()) {
        long id = row.getLong(1);
        EncryptionVersion version = EncryptionVersion.of(row.getInt(2)).orElseThrow();
        boolean old = opens(BEFORE, version, id, row.getBytes(3));
        boolean fresh = opens(AFTER, version, id, row.getBytes(3));
        assertThat(old).as("row %d opens with one key", id).isNotEqualTo(fresh);
        counts.merge((old ? "old v" : "new v") + version.number(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private boolean opens(KeyRing ring, EncryptionVersion version, long id, byte[] stored) {
    try {
      SecretBytes secret = ring.open(table.format(), version, binding(id), stored);
      String text = new String(secret.reveal(), StandardCharsets.UTF_8);
      // A row may have been given a new value since; it still names its row.
      assertThat(text).startsWith(plaintext(id).strip());
      return true;
    } catch (SecretException e) {
      return false;
    }
  }
}
