package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;

/**
 * A foreign key to a table of somebody else, made where that table is there.
 *
 * @param constraint as it is when that table is there
 * @param column the referencing column, unquoted
 * @param referencedColumn the referenced one, unquoted
 */
record ConditionalKey(CatalogObject constraint, String column, String referencedColumn) {
  private static final String NOT_VALID = " NOT VALID";

  String definition() {
    String text = constraint.property("definition").orElse("");
    return text.endsWith(NOT_VALID) ? text.substring(0, text.length() - NOT_VALID.length()) : text;
  }

  /** Rows that have no counterpart leave it like this. */
  String unvalidated() {
    return definition() + NOT_VALID;
  }

  /** The body of a DO block. */
  String block(String guard) {
    String table = constraint.parent().map(ObjectId::name).orElse("");
    String referenced = constraint.facts().getOrDefault("references", "");
    String add = "ALTER TABLE %s ADD CONSTRAINT %s ".formatted(table, constraint.simpleName());
    return """
    DECLARE
        referenced regclass := to_regclass(%1$s);
    BEGIN
        IF referenced IS NULL OR NOT (%2$s) THEN
            RETURN;
        END IF;
        IF NOT EXISTS (
            SELECT FROM pg_attribute r
              JOIN pg_attribute a ON a.attrelid = %3$s::regclass AND a.atttypid = r.atttypid
              JOIN pg_index i ON i.indrelid = r.attrelid AND i.indnkeyatts = 1 AND i.indkey[0] = r.attnum
             WHERE r.attrelid = referenced AND r.attname = %4$s AND a.attname = %5$s
               AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL) THEN
            RAISE WARNING '%% does not reference %%: that has no unique column %% of the same type',
                %6$s, referenced, %4$s;
            RETURN;
        END IF;
        BEGIN
            EXECUTE %7$s;
        EXCEPTION WHEN foreign_key_violation THEN
            EXECUTE %8$s;
            RAISE WARNING '%% stays NOT VALID: %%', %9$s, SQLERRM;
        END;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE WARNING '%% does not reference %%: %%', %6$s, referenced, SQLERRM;
    END"""
        .formatted(
            Sql.literal(referenced),
            guard,
            Sql.literal(table),
            Sql.literal(referencedColumn),
            Sql.literal(column),
            Sql.literal(table + "." + column),
            Sql.dollarQuoted("sql", add + definition()),
            Sql.dollarQuoted("sql", add + unvalidated()),
            Sql.literal(constraint.simpleName()));
  }
}
