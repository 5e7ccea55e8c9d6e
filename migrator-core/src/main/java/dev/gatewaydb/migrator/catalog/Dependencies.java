package dev.gatewaydb.migrator.catalog;

import dev.gatewaydb.migrator.catalog.CatalogReader.Address;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * pg_depend in terms of our objects. Rows that are no objects of ours (row types, array types, a
 * view's rule, a column's default, an index behind a constraint) count as what they belong to.
 */
final class Dependencies {
  /** A default belongs to a rule's column, a rule to a view, …: never more steps than this. */
  private static final int MOST_STEPS = 5;

  /** Of an operator family: its operators and functions. */
  private static final Set<String> MEMBERS = Set.of("pg_amop", "pg_amproc");

  private final Map<Address, ObjectId> ids;
  private final Map<Address, Address> owners = new HashMap<>();
  private final List<Edge> edges = new ArrayList<>();
  private final Map<ObjectId, Set<ObjectId>> needs = new HashMap<>();

  private record Edge(Address from, Address to) {}

  Dependencies(Map<Address, ObjectId> ids) {
    this.ids = ids;
  }

  void read(ResultSet rows) throws SQLException {
    while (rows.next()) {
      Address from =
          new Address(rows.getString("catalog"), rows.getLong("oid"), rows.getInt("sub"));
      Address to =
          new Address(
              rows.getString("needed_catalog"),
              rows.getLong("needed_oid"),
              rows.getInt("needed_sub"));
      boolean ownsIt =
          switch (rows.getString("type")) {
            case "i", "e" -> true;
            case "a" ->
                from.catalog().equals("pg_attrdef")
                    || (MEMBERS.contains(from.catalog()) && to.catalog().equals("pg_opfamily"));
            default -> false;
          };
      if (ownsIt && !ids.containsKey(from)) {
        owners.putIfAbsent(from, to);
      } else {
        edges.add(new Edge(from, to));
      }
    }
    for (Edge edge : edges) {
      @Nullable ObjectId from = resolve(edge.from());
      @Nullable ObjectId to = resolve(edge.to());
      if (from != null && to != null && !from.equals(to)) {
        needs.computeIfAbsent(from, id -> new HashSet<>()).add(to);
      }
    }
  }

  private @Nullable ObjectId resolve(Address address) {
    Address at = address;
    for (int step = 0; step < MOST_STEPS; step++) {
      @Nullable ObjectId id = ids.get(at);
      if (id == null && at.sub() > 0) {
        id = ids.get(at.whole());
      }
      if (id != null) {
        return id;
      }
      @Nullable Address owner = owners.get(at);
      if (owner == null) {
        return null;
      }
      at = owner;
    }
    return null;
  }

  Set<ObjectId> of(ObjectId id) {
    return needs.getOrDefault(id, Set.of());
  }
}
