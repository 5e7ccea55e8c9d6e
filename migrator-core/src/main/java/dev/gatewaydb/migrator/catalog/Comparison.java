package dev.gatewaydb.migrator.catalog;

import dev.gatewaydb.migrator.catalog.Difference.Change;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Finds the differences of two snapshots. */
final class Comparison {
  private static final String COLUMN_ORDER = "column order";

  private final SchemaSnapshot expected;
  private final SchemaSnapshot actual;
  private final Meaning expectedMeaning;
  private final Meaning actualMeaning;
  private final List<Difference> differences = new ArrayList<>();

  Comparison(SchemaSnapshot expected, SchemaSnapshot actual) {
    this.expected = expected;
    this.actual = actual;
    this.expectedMeaning = new Meaning(expected, actual);
    this.actualMeaning = new Meaning(actual, expected);
  }

  List<Difference> run() {
    Pairs pairs = Pairs.of(expected, expectedMeaning, actual, actualMeaning);
    for (Pairs.Pair pair : pairs.both()) {
      compare(pair.expected(), pair.actual());
    }
    Set<ObjectId> alone = new HashSet<>();
    pairs.onlyExpected().forEach(object -> alone.add(object.id()));
    for (CatalogObject object : pairs.onlyExpected()) {
      if (counts(object, alone, actual)) {
        oneSided(object, Change.MISSING);
      }
    }
    alone.clear();
    pairs.onlyActual().forEach(object -> alone.add(object.id()));
    for (CatalogObject object : pairs.onlyActual()) {
      if (counts(object, alone, expected)) {
        oneSided(object, Change.EXTRA);
      }
    }
    compareColumnOrders(pairs);
    return differences;
  }

  /** Parts of what is on one side alone don't; nor do NOT NULLs that the other can't name. */
  private static boolean counts(
      CatalogObject object, Set<ObjectId> alone, SchemaSnapshot otherSide) {
    if (object.parent().isPresent() && alone.contains(object.parent().get())) {
      return false;
    }
    if (!Meaning.isNotNull(object)) {
      return true;
    }
    return otherSide.server().major() >= Meaning.NAMES_NOT_NULLS
        && !Meaning.isNameGenerated(object);
  }

  private void oneSided(CatalogObject object, Change change) {
    String description = Meaning.describe(object);
    differences.add(
        new Difference(
            object.id(),
            change,
            "",
            change == Change.MISSING ? description : "",
            change == Change.MISSING ? "" : description,
            Severities.ofObject(object)));
  }

  private void compare(CatalogObject left, CatalogObject right) {
    Map<String, String> leftMeaning = expectedMeaning.of(left);
    Map<String, String> rightMeaning = actualMeaning.of(right);
    Set<String> words = new LinkedHashSet<>(leftMeaning.keySet());
    words.addAll(rightMeaning.keySet());
    for (String word : words) {
      if (!leftMeaning.getOrDefault(word, "").equals(rightMeaning.getOrDefault(word, ""))) {
        changed(
            left,
            word,
            left.properties().getOrDefault(word, ""),
            right.properties().getOrDefault(word, ""));
      }
    }
    boolean renamed = !left.simpleName().equals(right.simpleName());
    if (renamed && !(Meaning.isNameGenerated(left) && Meaning.isNameGenerated(right))) {
      changed(left, "name", left.simpleName(), right.simpleName());
    }
  }

  private void changed(CatalogObject object, String word, String left, String right) {
    differences.add(
        new Difference(
            object.id(), Change.CHANGED, word, left, right, Severities.ofProperty(object, word)));
  }

  private void compareColumnOrders(Pairs pairs) {
    Set<ObjectId> tables = new TreeSet<>();
    Set<ObjectId> common = new HashSet<>();
    for (Pairs.Pair pair : pairs.both()) {
      if (pair.expected().id().kind() == ObjectKind.COLUMN) {
        common.add(pair.expected().id());
        pair.expected().parent().ifPresent(tables::add);
      }
    }
    Map<ObjectId, List<String>> left = Meaning.columnNames(expected, common);
    Map<ObjectId, List<String>> right = Meaning.columnNames(actual, common);
    for (ObjectId table : tables) {
      List<String> leftOrder = left.getOrDefault(table, List.of());
      List<String> rightOrder = right.getOrDefault(table, List.of());
      if (!leftOrder.equals(rightOrder)) {
        expected
            .find(table)
            .ifPresent(
                object ->
                    changed(
                        object,
                        COLUMN_ORDER,
                        String.join(", ", leftOrder),
                        String.join(", ", rightOrder)));
      }
    }
  }
}
