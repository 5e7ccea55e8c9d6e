package dev.gatewaydb.migrator.catalog;

import dev.gatewaydb.migrator.connect.ServerVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a database's schemas consist of, at one moment, read from {@code pg_catalog}.
 * What PostgreSQL itself and extensions bring along is not in it; an extension counts as one
 * object. Immutable.
 */
public final class SchemaSnapshot {
  private final ServerVersion server;
  private final Map<ObjectId, CatalogObject> objects;

  private SchemaSnapshot(ServerVersion server, Collection<CatalogObject> objects) {
    this.server = server;
    this.objects = new TreeMap<>();
    objects.forEach(object -> this.objects.put(object.id(), object));
  }

  /**
   * Reads a database in a read-only transaction of its own, or, when the connection is in one
   * already, as that transaction sees it. The number of queries doesn't depend on the schema's
   * size; no lock is taken that makes anybody wait.
   *
   * @throws SQLException when a query fails, or objects keep being dropped while they are read
   */
  public static SchemaSnapshot read(Connection connection) throws SQLException {
    return new SchemaSnapshot(
        ServerVersion.of(connection),
        PinnedSession.in(connection, () -> new CatalogReader(connection).read()));
  }

  /** The server that it was read from. */
  public ServerVersion server() {
    return server;
  }

  /** All of it, sorted by kind and name. */
  public List<CatalogObject> objects() {
    return List.copyOf(objects.values());
  }

  /** The one with this identity. */
  public Optional<CatalogObject> find(ObjectId id) {
    return Optional.ofNullable(objects.get(id));
  }

  /**
   * The parts of a table, view or type: a table's columns in their order, then by kind and name.
   */
  public List<CatalogObject> partsOf(ObjectId parent) {
    return objects.values().stream()
        .filter(object -> object.parent().equals(Optional.of(parent)))
        .sorted(CatalogObject.DISPLAY_ORDER)
        .toList();
  }

  /**
   * Without tables that don't count, such as a migration tool's, and what belongs to them: their
   * parts and sequences.
   *
   * @param tables names, unquoted: {@code flyway_schema_history} in any schema, or with its schema
   */
  public SchemaSnapshot withoutTables(Collection<String> tables) {
    return new Selection(this).withoutTables(tables);
  }

  /**
   * Only what lies in these schemas, the schemas themselves, and the extensions there or needed.
   *
   * @param schemas names, unquoted
   */
  public SchemaSnapshot ofSchemas(Collection<String> schemas) {
    return new Selection(this).ofSchemas(schemas);
  }

  /**
   * Only these tables (or views) and whatever they need: types, sequences, functions of defaults
   * and triggers, schemas, extensions. A foreign key to a table that isn't selected is left out, as
   * is what belongs to no table.
   *
   * @param tables names, unquoted: {@code api_keys} in any schema, or with its schema
   * @throws dev.gatewaydb.migrator.error.ConfigurationException when one of them isn't there
   */
  public SchemaSnapshot ofTables(Collection<String> tables) {
    return new Selection(this).ofTables(tables);
  }

  /** Only the objects that match, whatever they need. */
  public SchemaSnapshot filter(Predicate<CatalogObject> wanted) {
    return new SchemaSnapshot(server, objects.values().stream().filter(wanted).toList());
  }

  /** With each object replaced; those that stay the same may stay the same instance. */
  public SchemaSnapshot map(UnaryOperator<CatalogObject> change) {
    return new SchemaSnapshot(server, objects.values().stream().map(change).toList());
  }

  /** The role that owns the most; empty when nothing has an owner. Quoted where SQL needs it. */
  public String mainOwner() {
    Map<String, Integer> counts = new TreeMap<>();
    for (CatalogObject object : objects.values()) {
      object.property("owner").ifPresent(owner -> counts.merge(owner, 1, Integer::sum));
    }
    @Nullable String most = null;
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      if (most == null || entry.getValue() > counts.getOrDefault(most, 0)) {
        most = entry.getKey();
      }
    }
    return most == null ? "" : most;
  }

  SchemaSnapshot only(Set<ObjectId> ids) {
    return filter(object -> ids.contains(object.id()));
  }
}
