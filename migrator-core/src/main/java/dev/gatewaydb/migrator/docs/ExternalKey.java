package dev.gatewaydb.migrator.docs;

/**
 * A foreign key to another system's table, which is there only where that system is.
 *
 * @param table ours
 * @param column of it
 * @param otherTable theirs
 * @param otherColumn of it
 */
public record ExternalKey(String table, String column, String otherTable, String otherColumn) {}
