package dev.gatewaydb.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.layout.Migration;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every U file leads back to the catalog that its V file found. */
@ExtendWith(GatewayDatabases.class)
final class UndoTest {
  // Names, bytes and rules as PostgreSQL prints them; column order is left out on purpose.
  private static final Map<String, String> CATALOG =
      new TreeMap<>(
          Map.of(
              "relations",
              """
              SELECT relname, relkind, obj_description(oid, 'pg_class')
              FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1\
              """,
              "columns",
              """
              SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                  pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
              LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
              WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1, 2\
              """,
              "constraints",
              """
              SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated,
                  obj_description(oid, 'pg_constraint')
              FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2\
              """,
              "indexes",
              """
              SELECT pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisclustered
              FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
              WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1\
              """,
              "triggers",
              """
              SELECT pg_get_triggerdef(oid), tgenabled, obj_description(oid, 'pg_trigger')
              FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1\
              """,
              "functions",
              """
              SELECT pg_get_functiondef(oid), obj_description(oid, 'pg_proc')
              FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1\
              """));

  private static List<String> catalog(GatewayDatabase db) throws SQLException {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, String> kind : CATALOG.entrySet()) {
      db.rows(kind.getValue()).forEach(row -> lines.add(kind.getKey() + "|" + row));
    }
    return lines;
  }

  @Test
  void everyUndoRestoresTheSchemaBefore(@At(At.LAST_SIMPLE) GatewayDatabase db) throws Exception {
    db.insertClearKey("gw_" + "0123456789abcdef".repeat(4), "2026-01-02 03:04:05+00");

    for (Migration migration : GatewayFiles.reversible()) {
      List<String> before = catalog(db);
      db.up(migration.version());
      List<String> after = catalog(db);
      db.down(migration.version());
      assertThat(catalog(db)).as("after %s", migration.down()).isEqualTo(before);
      db.up(migration.version());
      assertThat(catalog(db)).as("after %s again", migration.up()).isEqualTo(after);
    }
  }

  @Test
  void allUndosTogetherLeadBackToTheAdoptedSchema(
      @At(At.LAST_SIMPLE) GatewayDatabase adopted, @At(At.LATEST) GatewayDatabase reverted)
      throws Exception {
    for (Migration migration : GatewayFiles.reversible().reversed()) {
      reverted.down(migration.version());
    }

    assertThat(catalog(reverted)).isEqualTo(catalog(adopted));
  }

  @Test
  void rollbackReferencesLeadBackToNothing(
      @At(At.NOTHING) GatewayDatabase nothing, @At(At.LAST_SIMPLE) GatewayDatabase db)
      throws Exception {
    assertThat(GatewayFiles.rollbackReferences()).isNotEmpty();
    for (String path : GatewayFiles.rollbackReferences()) {
      db.run(GatewayFiles.text(path));
    }

    assertThat(catalog(db)).isEqualTo(catalog(nothing));
  }
}
