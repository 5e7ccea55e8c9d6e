package dev.gatewaydb.migrator;

/**
 * Something that a revert would drop, and the data with it.
 *
 * @param name {@code table}, {@code table.column} or {@code type.value}, with a schema in front
 *     where it is not on the search_path
 * @param kind what it is
 * @param rows of the table now, as PostgreSQL estimates them; 0 for an empty table and for a type
 */
public record Loss(String name, Kind kind, long rows) {
  /** What can be lost. */
  public enum Kind {
    /** A table or a materialized view. */
    TABLE,
    /** A column of a table that stays. */
    COLUMN,
    /** A value of an enum. */
    ENUM_VALUE
  }
}
