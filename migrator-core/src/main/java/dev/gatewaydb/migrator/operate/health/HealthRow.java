package dev.gatewaydb.migrator.operate.health;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of a section.
 *
 * @param fields by name, in their order; each a {@code Long}, {@code Double}, {@code Boolean},
 *     {@code String}, or null where it isn't known
 */
public record HealthRow(Map<String, @Nullable Object> fields) {
  /** Copies the map, and keeps its order. */
  public HealthRow {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  static HealthRow of(ResultSet row) throws SQLException {
    ResultSetMetaData columns = row.getMetaData();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      @Nullable Object value = row.getObject(i);
      fields.put(
          columns.getColumnLabel(i),
          switch (value) {
            case null -> null;
            case Boolean flag -> flag;
            case Integer number -> number.longValue();
            case Long number -> number;
            case BigDecimal number -> number.doubleValue();
            case Number number -> number.doubleValue();
            default -> value.toString();
          });
    }
    return new HealthRow(fields);
  }

  /** A text; empty where it isn't known. */
  public String text(String field) {
    @Nullable Object value = fields.get(field);
    return value == null ? "" : value.toString();
  }

  /** A number; 0 where it isn't known. */
  public double number(String field) {
    return fields.get(field) instanceof Number number ? number.doubleValue() : 0;
  }

  /** Whether the field is known and true. */
  public boolean flag(String field) {
    return Boolean.TRUE.equals(fields.get(field));
  }

  /** Whether the field is known. */
  public boolean has(String field) {
    return fields.get(field) != null;
  }
}
