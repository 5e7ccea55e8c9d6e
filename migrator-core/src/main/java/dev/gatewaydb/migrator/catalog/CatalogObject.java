package dev.gatewaydb.migrator.catalog;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One object of a schema.
 *
 * @param id which
 * @param parent the table, view or type that it is a part of: for columns, constraints, indexes,
 *     statistics, rules, triggers and policies
 * @param schema the schema that holds it, quoted where SQL needs it; empty for kinds outside of
 *     schemas, and for parts that have no schema of their own
 * @param simpleName its name alone, quoted where SQL needs it; empty for kinds without one
 * @param position a column's place in its table, from 1, without gaps; 0 for other kinds
 * @param properties what makes it what it is, by a word each, with the values as PostgreSQL writes
 *     them; what is as it is by default is not named
 * @param facts what else is known of it, which does not count when objects are compared
 * @param needs the objects that must be there before it, by {@code pg_depend}; what a function's
 *     text names is not known
 */
public record CatalogObject(
    ObjectId id,
    Optional<ObjectId> parent,
    String schema,
    String simpleName,
    int position,
    Map<String, String> properties,
    Map<String, String> facts,
    Set<ObjectId> needs) {

  static final Comparator<CatalogObject> DISPLAY_ORDER =
      Comparator.comparing((CatalogObject object) -> object.id().kind())
          .thenComparingInt(CatalogObject::position)
          .thenComparing(object -> object.id().name());

  /** Keeps the order of properties. */
  public CatalogObject {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    facts = Map.copyOf(facts);
    needs = Set.copyOf(needs);
  }

  /** A property's value; empty when it is as by default. */
  public Optional<String> property(String word) {
    return Optional.ofNullable(properties.get(word));
  }

  /** Whether a property differs from its default. */
  public boolean has(String word) {
    return properties.containsKey(word);
  }

  /** The same with other properties. */
  public CatalogObject withProperties(Map<String, String> other) {
    return new CatalogObject(id, parent, schema, simpleName, position, other, facts, needs);
  }

  /** How much it matters when this property is another one. */
  public Severity severityOf(String word) {
    return Severities.ofProperty(this, word);
  }
}
