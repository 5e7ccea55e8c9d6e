package dev.gatewaydb.schema;

/**
 * A foreign key from a table of the gateway to a table that another system owns. It exists only
 * where that table does.
 *
 * @param table the gateway's table
 * @param column the referencing column
 * @param referencedTable the other system's table, unquoted
 * @param referencedColumn the referenced column
 * @param constraintName the name of the foreign key on {@code table}
 */
public record ExternalReference(
    String table,
    String column,
    String referencedTable,
    String referencedColumn,
    String constraintName) {}
