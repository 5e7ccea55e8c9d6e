package dev.gatewaydb.migrator.adopt;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A migration tool that keeps a table of its own. */
public enum Tool {
  /** {@code _sqlx_migrations}: a row and a SHA-384 for each migration. */
  SQLX("sqlx", "_sqlx_migrations"),
  /** {@code schema_migrations(version, dirty)}: one row, the newest version. */
  GOLANG_MIGRATE("golang-migrate", "schema_migrations"),
  /** Rack Gateway's {@code schema_migrations(version, applied_at)}: a row for each migration. */
  RACK("rack", "schema_migrations");

  private final String label;
  private final String table;

  Tool(String label, String table) {
    this.label = label;
    this.table = table;
  }

  /** As people write it: {@code golang-migrate}. */
  public String label() {
    return label;
  }

  /** What it calls its table where it isn't told otherwise. */
  public String table() {
    return table;
  }

  /** The tool that people call so. */
  public static Optional<Tool> of(String label) {
    return Arrays.stream(values()).filter(tool -> tool.label.equals(label)).findFirst();
  }

  /** What all are called. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Tool::label).toList();
  }
}
