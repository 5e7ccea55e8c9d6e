package dev.gatewaydb.migrator.operate.maintain;

import java.util.Optional;

/**
 * Where a project keeps its audit trail.
 *
 * @param name as {@code to_regclass} takes it
 * @param column when something happened: timestamptz, timestamp or date
 * @param policy how long rows are kept at least
 * @param pruneFunction {@code function(timestamptz, integer) RETURNS bigint}, for tables that
 *     refuse DELETE: it deletes at most so many of the oldest rows from before a moment, and
 *     returns how many these were, 0 when it is done; empty for a plain DELETE
 */
public record AuditTable(
    String name, String column, AuditPolicy policy, Optional<String> pruneFunction) {}
