package dev.gatewaydb.migrator.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How two schemas differ, by meaning: names that PostgreSQL made up don't count, nor does which
 * role owns everything; the order of columns is told apart. A missing table is one difference, not
 * one for each of its columns.
 */
public final class SchemaDifference {
  private final List<Difference> differences;

  private SchemaDifference(List<Difference> differences) {
    this.differences = differences;
  }

  /** No difference. */
  public static SchemaDifference none() {
    return new SchemaDifference(List.of());
  }

  /**
   * Compares.
   *
   * @param expected such as what the migrations make
   * @param actual such as a live database
   */
  public static SchemaDifference between(SchemaSnapshot expected, SchemaSnapshot actual) {
    return new SchemaDifference(
        new Comparison(expected, actual)
            .run().stream()
                .sorted(
                    Comparator.comparing(Difference::object).thenComparing(Difference::property))
                .toList());
  }

  /** Every difference, sorted by object. */
  public List<Difference> differences() {
    return differences;
  }

  /** Whether the schemas mean the same. */
  public boolean isEmpty() {
    return differences.isEmpty();
  }

  /** The worst severity there is. */
  public Optional<Severity> worst() {
    return differences.stream().map(Difference::severity).max(Comparator.naturalOrder());
  }

  /** With the sides exchanged: what was expected is what there is. */
  public SchemaDifference reversed() {
    return new SchemaDifference(differences.stream().map(Difference::reversed).toList());
  }

  /** Without those that match. */
  public SchemaDifference without(Predicate<Difference> ignored) {
    return new SchemaDifference(differences.stream().filter(ignored.negate()).toList());
  }

  /**
   * For people: several lines, ending in a newline; empty when there is no difference.
   *
   * @param expectedName what the expected side is, such as {@code migrations}
   * @param actualName what the other is, such as {@code database}
   */
  public String toText(String expectedName, String actualName) {
    StringBuilder text = new StringBuilder();
    for (Difference difference : differences) {
      text.append(DifferenceText.of(difference, expectedName, actualName));
    }
    return text.toString();
  }
}
