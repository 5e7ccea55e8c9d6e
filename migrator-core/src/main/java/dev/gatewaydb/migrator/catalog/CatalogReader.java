package dev.gatewaydb.migrator.catalog;

import dev.gatewaydb.migrator.connect.ServerVersion;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs one query for each kind, and three for what every kind can have. */
final class CatalogReader {
  private static final String PG_CLASS = "pg_class";

  private final Connection connection;
  private final Map<Address, Draft> drafts = new LinkedHashMap<>();

  CatalogReader(Connection connection) {
    this.connection = connection;
  }

  /** Where pg_depend and its like find an object; sub is a column's number or 0. */
  record Address(String catalog, long oid, int sub) {
    Address whole() {
      return new Address(catalog, oid, 0);
    }
  }

  /** An object before its dependencies are known. */
  private record Draft(
      ObjectId id,
      Optional<ObjectId> parent,
      String schema,
      String simpleName,
      int position,
      Map<String, String> properties,
      Map<String, String> facts) {}

  List<CatalogObject> read() throws SQLException {
    int major = ServerVersion.of(connection).major();
    for (ObjectKind kind : ObjectKind.values()) {
      query(CatalogSql.of(kind, major), rows -> addAll(kind, rows));
    }
    query(CatalogSql.named("privileges"), this::addPrivileges);
    query(CatalogSql.named("comments"), this::addComments);
    Dependencies dependencies = new Dependencies(ids());
    query(CatalogSql.named("dependencies"), dependencies::read);
    return finish(dependencies);
  }

  private interface Rows {
    void in(ResultSet rows) throws SQLException;
  }

  private void query(String sql, Rows reader) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      reader.in(rows);
    }
  }

  private void addAll(ObjectKind kind, ResultSet rows) throws SQLException {
    ResultSetMetaData columns = rows.getMetaData();
    List<String> labels = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      labels.add(columns.getColumnLabel(i));
    }
    while (rows.next()) {
      Map<String, String> properties = new LinkedHashMap<>();
      Map<String, String> facts = new LinkedHashMap<>();
      for (int i = 1; i <= labels.size(); i++) {
        @Nullable String value = rows.getString(i);
        String label = labels.get(i - 1);
        if (value != null) {
          (label.startsWith("_") ? facts : properties)
              .put(label.startsWith("_") ? label.substring(1) : label, value);
        }
      }
      add(kind, properties, facts);
    }
  }

  private void add(ObjectKind kind, Map<String, String> properties, Map<String, String> facts) {
    Address address =
        new Address(kind.catalog(), Long.parseLong(take(facts, "oid")), number(take(facts, "sub")));
    Optional<ObjectId> parent = Optional.empty();
    String parentOid = take(facts, "parent");
    String parentCatalog = take(facts, "parent_catalog");
    if (!parentOid.isEmpty()) {
      String catalog = parentCatalog.isEmpty() ? PG_CLASS : parentCatalog;
      @Nullable Draft found = drafts.get(new Address(catalog, Long.parseLong(parentOid), 0));
      if (found == null) {
        // A part of something that is no part of the schema, such as an extension's table.
        return;
      }
      parent = Optional.of(found.id());
    }
    String schema = take(facts, "schema");
    String name = take(facts, "name");
    String identity = take(facts, "identity");
    if (parent.isPresent()) {
      identity = parent.get().name() + "." + name;
    } else if (identity.isEmpty()) {
      identity = schema.isEmpty() ? name : schema + "." + name;
    }
    int position = number(take(facts, "position"));
    Draft draft =
        new Draft(new ObjectId(kind, identity), parent, schema, name, position, properties, facts);
    drafts.put(address, draft);
    String relation = take(facts, "relation");
    if (!relation.isEmpty()) {
      drafts.put(new Address(PG_CLASS, Long.parseLong(relation), 0), draft);
    }
  }

  private static String take(Map<String, String> facts, String word) {
    @Nullable String value = facts.remove(word);
    return value == null ? "" : value;
  }

  private static int number(String text) {
    return text.isEmpty() ? 0 : Integer.parseInt(text);
  }

  private void addPrivileges(ResultSet rows) throws SQLException {
    Map<Address, List<String>> lines = new LinkedHashMap<>();
    while (rows.next()) {
      Address address = address(rows);
      String line =
          "%s %s %s %s%s"
              .formatted(
                  rows.getString("verb"),
                  rows.getString("privilege"),
                  rows.getString("verb").equals("GRANT") ? "TO" : "FROM",
                  rows.getString("role"),
                  rows.getBoolean("grantable") ? " WITH GRANT OPTION" : "");
      lines.computeIfAbsent(address, a -> new ArrayList<>()).add(line);
    }
    lines.forEach((address, text) -> property(address, "privileges", String.join("\n", text)));
  }

  private void addComments(ResultSet rows) throws SQLException {
    while (rows.next()) {
      property(address(rows), rows.getString("property"), rows.getString("value"));
    }
  }

  private static Address address(ResultSet rows) throws SQLException {
    return new Address(rows.getString("catalog"), rows.getLong("oid"), rows.getInt("sub"));
  }

  private void property(Address address, String word, String value) {
    @Nullable Draft draft = drafts.get(address);
    if (draft != null) {
      draft.properties().put(word, value);
    } else if (address.sub() > 0 && drafts.containsKey(address.whole())) {
      // An attribute of a composite type or a column of an index.
      property(address.whole(), word + " of part " + address.sub(), value);
    }
  }

  private Map<Address, ObjectId> ids() {
    Map<Address, ObjectId> ids = new LinkedHashMap<>();
    drafts.forEach((address, draft) -> ids.put(address, draft.id()));
    return ids;
  }

  private List<CatalogObject> finish(Dependencies dependencies) {
    List<CatalogObject> objects = new ArrayList<>();
    for (Draft draft : drafts.values().stream().distinct().toList()) {
      objects.add(
          new CatalogObject(
              draft.id(),
              draft.parent(),
              draft.schema(),
              draft.simpleName(),
              draft.position(),
              draft.properties(),
              draft.facts(),
              dependencies.of(draft.id())));
    }
    return objects;
  }
}
