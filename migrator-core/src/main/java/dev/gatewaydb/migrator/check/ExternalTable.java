package dev.gatewaydb.migrator.check;

import java.util.List;

/**
 * A table of another system in the same database.
 *
 * @param name unqualified and unquoted
 * @param referencedColumns those that foreign keys of ours lead to, once the table is there; empty
 *     for none
 */
public record ExternalTable(String name, List<String> referencedColumns) {
  /** Copies the list. */
  public ExternalTable {
    referencedColumns = List.copyOf(referencedColumns);
  }
}
