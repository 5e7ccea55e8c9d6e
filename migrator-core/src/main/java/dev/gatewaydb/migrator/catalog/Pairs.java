package dev.gatewaydb.migrator.catalog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which object of one snapshot is which of the other. */
record Pairs(List<Pair> both, List<CatalogObject> onlyExpected, List<CatalogObject> onlyActual) {
  record Pair(CatalogObject expected, CatalogObject actual) {}

  /**
   * First what is equal under the same name, so that it isn't taken for something else; then what
   * is equal under names that PostgreSQL made up, then the same name, then what was renamed.
   */
  static Pairs of(
      SchemaSnapshot expected,
      Meaning expectedMeaning,
      SchemaSnapshot actual,
      Meaning actualMeaning) {
    Pairs pairs =
        new Pairs(
            new ArrayList<>(),
            new ArrayList<>(expected.objects()),
            new ArrayList<>(actual.objects()));
    pairs.match(
        object -> true,
        object -> expectedMeaning.name(object) + "\n" + expectedMeaning.of(object),
        object -> actualMeaning.name(object) + "\n" + actualMeaning.of(object));
    pairs.match(Meaning::isNameGenerated, expectedMeaning::withoutName, actualMeaning::withoutName);
    pairs.match(object -> true, expectedMeaning::name, actualMeaning::name);
    pairs.match(Meaning::mayBeRenamed, expectedMeaning::withoutName, actualMeaning::withoutName);
    return pairs;
  }

  private void match(
      Predicate<CatalogObject> which,
      Function<CatalogObject, String> expectedKey,
      Function<CatalogObject, String> actualKey) {
    Map<String, Deque<CatalogObject>> candidates = new HashMap<>();
    for (CatalogObject object : onlyActual) {
      if (which.test(object)) {
        candidates.computeIfAbsent(actualKey.apply(object), key -> new ArrayDeque<>()).add(object);
      }
    }
    Map<ObjectId, CatalogObject> matched = new LinkedHashMap<>();
    for (Iterator<CatalogObject> it = onlyExpected.iterator(); it.hasNext(); ) {
      CatalogObject object = it.next();
      if (which.test(object)) {
        @Nullable Deque<CatalogObject> found = candidates.get(expectedKey.apply(object));
        @Nullable CatalogObject other = found == null ? null : found.poll();
        if (other != null) {
          both.add(new Pair(object, other));
          matched.put(other.id(), other);
          it.remove();
        }
      }
    }
    onlyActual.removeIf(object -> matched.containsKey(object.id()));
  }
}
