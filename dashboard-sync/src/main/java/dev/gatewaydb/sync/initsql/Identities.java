package dev.gatewaydb.sync.initsql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Object ids, and the files of what has files: whether something was made anew or rewritten. */
record Identities(Map<String, String> byName) {
  private static final String QUERY =
      """
      SELECT 'relation ' || c.oid::regclass::text AS name, c.oid || ' ' || c.relfilenode AS identity
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.oid >= 16384 AND n.nspname !~ '^pg_temp'
       UNION ALL
      SELECT 'function ' || oid::regprocedure::text, oid::text FROM pg_proc WHERE oid >= 16384 AND prokind <> 'a'
       UNION ALL
      SELECT 'type ' || oid::regtype::text, oid::text FROM pg_type WHERE oid >= 16384
       UNION ALL
      SELECT 'constraint ' || conrelid || '.' || contypid || '.' || conname, oid::text
        FROM pg_constraint WHERE oid >= 16384
       UNION ALL
      SELECT 'trigger ' || tgrelid::regclass::text || '.' || tgname, oid::text FROM pg_trigger WHERE NOT tgisinternal
       UNION ALL
      SELECT 'rule ' || ev_class::regclass::text || '.' || rulename, oid::text FROM pg_rewrite WHERE oid >= 16384
       UNION ALL
      SELECT 'policy ' || polrelid::regclass::text || '.' || polname, oid::text FROM pg_policy
      """;

  static Identities of(Connection connection) throws SQLException {
    Map<String, String> byName = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(QUERY)) {
      while (rows.next()) {
        byName.put(rows.getString("name"), rows.getString("identity"));
      }
    }
    return new Identities(byName);
  }

  List<String> changesTo(Identities later) {
    List<String> changes = new ArrayList<>();
    byName.forEach(
        (name, identity) -> {
          if (!identity.equals(later.byName().get(name))) {
            changes.add(name);
          }
        });
    later.byName().keySet().stream()
        .filter(name -> !byName.containsKey(name))
        .forEach(changes::add);
    return changes;
  }
}
