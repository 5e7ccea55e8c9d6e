package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What SilentPulse's services do with their credentials, by the JDK's cryptography: nonce (12) ‖
 * ciphertext ‖ tag (16) of AES-256-GCM, under the master key (version 1) or its tenant's (2).
 */
final class SilentPulseCredentials {
  private static final String TENANT = "6f1c2d3e-0000-4000-8000-000000000001";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final byte[] masterKey;
  private final String salt;

  SilentPulseCredentials(String hexKey, String salt) {
    this.masterKey = HexFormat.of().parseHex(hexKey);
    this.salt = salt;
  }

  /** One row in each of the three tables, one of them of version 2 already. */
  void insert(ScratchDatabase database) throws Exception {
    Sql.execute(
        database, "INSERT INTO tenants (id, name) VALUES ('%s', 'first')".formatted(TENANT));
    insert(database, "integration_points (name, kind, connection_config,", "'n', 'k',", 1, 1);
    insert(database, "notification_channels (name, kind, config,", "'n', 'k',", 2, 2);
    insert(database, "ai_configs (provider, model, api_key_enc,", "'p', 'm',", 1, 3);
  }

  private void insert(ScratchDatabase database, String into, String values, int version, int number)
      throws Exception {
    String sql =
        "INSERT INTO %s encryption_version, tenant_id) VALUES (%s ?, %d, '%s')"
            .formatted(into, values, version, TENANT);
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setBytes(1, sealed(version, "c4n4ry-" + number));
      statement.executeUpdate();
    }
  }

  /** Table, version and credential of each row. */
  List<String> read(ScratchDatabase database) throws SQLException, GeneralSecurityException {
    String sql =
        """
        SELECT 'ai_configs', encryption_version, api_key_enc FROM ai_configs UNION ALL
        SELECT 'integration_points', encryption_version, connection_config FROM integration_points
        UNION ALL
        SELECT 'notification_channels', encryption_version, config FROM notification_channels
        ORDER BY 1
        """;
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        int version = row.getInt(2);
        rows.add(row.getString(1) + " " + version + " " + opened(version, row.getBytes(3)));
      }
    }
    return rows;
  }

  private byte[] sealed(int version, String text) throws GeneralSecurityException {
    byte[] blob = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(blob);
    byte[] ciphertext =
        cipher(Cipher.ENCRYPT_MODE, version, blob).doFinal(text.getBytes(StandardCharsets.UTF_8));
    byte[] all = Arrays.copyOf(blob, NONCE_BYTES + ciphertext.length);
    System.arraycopy(ciphertext, 0, all, NONCE_BYTES, ciphertext.length);
    return all;
  }

  private String opened(int version, byte[] blob) throws GeneralSecurityException {
    byte[] text =
        cipher(Cipher.DECRYPT_MODE, version, blob)
            .doFinal(blob, NONCE_BYTES, blob.length - NONCE_BYTES);
    return new String(text, StandardCharsets.UTF_8);
  }

  private Cipher cipher(int mode, int version, byte[] blob) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] key = version == 2 ? tenantKey() : masterKey;
    cipher.init(
        mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, blob, 0, NONCE_BYTES));
    return cipher;
  }

  /** HKDF-SHA256 (RFC 5869), whose first block of output is the key. */
  private byte[] tenantKey() throws GeneralSecurityException {
    byte[] extracted = hmac(salt.getBytes(StandardCharsets.UTF_8), masterKey);
    return hmac(
        extracted, ("silentpulse-tenant-" + TENANT + "\u0001").getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }
}
