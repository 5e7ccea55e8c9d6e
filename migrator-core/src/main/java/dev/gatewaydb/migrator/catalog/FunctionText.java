package dev.gatewaydb.migrator.catalog;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Guesses which functions a function calls. PostgreSQL keeps no record of that for bodies that are
 * strings; whatever looks like a call of one of the schema's functions counts.
 */
final class FunctionText {
  private static final Set<ObjectKind> CALLABLE =
      Set.of(ObjectKind.FUNCTION, ObjectKind.PROCEDURE, ObjectKind.AGGREGATE);
  private static final Pattern CALL =
      Pattern.compile("([\\p{L}_][\\p{L}\\p{N}_$]*|\"[^\"]+\")\\s*\\(");

  private final Map<String, Set<ObjectId>> byName = new HashMap<>();

  FunctionText(SchemaSnapshot snapshot) {
    for (CatalogObject object : snapshot.objects()) {
      if (CALLABLE.contains(object.id().kind())) {
        byName.computeIfAbsent(object.simpleName(), name -> new HashSet<>()).add(object.id());
      }
    }
  }

  Set<ObjectId> calledBy(CatalogObject object) {
    Set<ObjectId> called = new HashSet<>();
    if (CALLABLE.contains(object.id().kind())) {
      Matcher calls = CALL.matcher(object.property("definition").orElse(""));
      while (calls.find()) {
        called.addAll(byName.getOrDefault(calls.group(1), Set.of()));
      }
    }
    return called;
  }
}
