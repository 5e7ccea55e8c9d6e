package dev.gatewaydb.dao.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Where a secret belongs. An envelope opens nowhere else.
 *
 * @param table as configured; a renamed table needs its old name here
 * @param column that holds the envelope
 * @param primaryKey each key column's value as PostgreSQL casts it to text, with {@code
 *     bytea_output = hex}, {@code DateStyle = ISO} and {@code TimeZone = UTC}
 * @param tenant the tenant column's value as text, not empty; empty Optional where there is none
 */
public record RowBinding(
    String table, String column, List<String> primaryKey, Optional<String> tenant) {
  private static final byte[] PURPOSE = "gateway-db secret".getBytes(StandardCharsets.US_ASCII);

  /** Copies the list. */
  public RowBinding {
    primaryKey = List.copyOf(primaryKey);
    if (table.isEmpty() || column.isEmpty() || primaryKey.isEmpty()) {
      throw new IllegalArgumentException("a row is bound by table, column and primary key");
    }
    if (tenant.filter(String::isEmpty).isPresent()) {
      throw new IllegalArgumentException("a tenant's name is not empty");
    }
  }

  /** The associated data: each part after its length, so that no two rows share theirs. */
  byte[] associatedData(byte[] header) {
    byte[][] key = new byte[primaryKey.size()][];
    int keyLength = 0;
    for (int i = 0; i < key.length; i++) {
      key[i] = primaryKey.get(i).getBytes(StandardCharsets.UTF_8);
      keyLength += Integer.BYTES + key[i].length;
    }
    byte[] tableBytes = table.getBytes(StandardCharsets.UTF_8);
    byte[] columnBytes = column.getBytes(StandardCharsets.UTF_8);
    byte[] tenantBytes = tenant.orElse("").getBytes(StandardCharsets.UTF_8);
    int length = PURPOSE.length + header.length + tableBytes.length + columnBytes.length;
    ByteBuffer data =
        ByteBuffer.allocate(6 * Integer.BYTES + length + keyLength + tenantBytes.length);
    put(data, PURPOSE);
    put(data, header);
    put(data, tableBytes);
    put(data, columnBytes);
    data.putInt(keyLength);
    for (byte[] part : key) {
      put(data, part);
    }
    put(data, tenantBytes);
    return data.array();
  }

  private static void put(ByteBuffer data, byte[] part) {
    data.putInt(part.length).put(part);
  }
}
