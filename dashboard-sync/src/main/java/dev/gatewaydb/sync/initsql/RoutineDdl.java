package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Functions and what is built on them: aggregates, operators and their classes, casts. */
final class RoutineDdl {
  private static final Set<String> TEXTS = Set.of("initcond", "minitcond");
  private static final Set<String> FLAGS =
      Set.of("finalfunc_extra", "mfinalfunc_extra", "hypothetical");
  private static final List<String> AGGREGATE =
      List.of(
          "sfunc",
          "stype",
          "sspace",
          "finalfunc",
          "finalfunc_extra",
          "finalfunc_modify",
          "combinefunc",
          "serialfunc",
          "deserialfunc",
          "initcond",
          "msfunc",
          "minvfunc",
          "mstype",
          "msspace",
          "mfinalfunc",
          "mfinalfunc_extra",
          "mfinalfunc_modify",
          "minitcond",
          "parallel",
          "hypothetical");

  private RoutineDdl() {}

  static String aggregate(CatalogObject aggregate) {
    List<String> parts = new ArrayList<>();
    for (String word : AGGREGATE) {
      aggregate
          .property(word)
          .ifPresent(
              value -> {
                String key = word.toUpperCase(Locale.ROOT);
                if (FLAGS.contains(word)) {
                  parts.add(key);
                } else {
                  parts.add(key + " = " + (TEXTS.contains(word) ? Sql.literal(value) : value));
                }
              });
    }
    aggregate
        .property("sortop")
        .ifPresent(
            operator ->
                parts.add(
                    "SORTOP = OPERATOR(" + operator.substring(0, operator.indexOf('(')) + ")"));
    return "CREATE AGGREGATE %s (%s)".formatted(aggregate.id().name(), String.join(", ", parts));
  }

  static String operator(CatalogObject operator) {
    List<String> parts = new ArrayList<>();
    for (String word : List.of("function", "leftarg", "rightarg")) {
      operator
          .property(word)
          .ifPresent(value -> parts.add(word.toUpperCase(Locale.ROOT) + " = " + value));
    }
    for (String word : List.of("commutator", "negator")) {
      operator
          .property(word)
          .ifPresent(
              value -> parts.add(word.toUpperCase(Locale.ROOT) + " = OPERATOR(" + value + ")"));
    }
    for (String word : List.of("restrict", "join")) {
      operator
          .property(word)
          .ifPresent(value -> parts.add(word.toUpperCase(Locale.ROOT) + " = " + value));
    }
    for (String word : List.of("hashes", "merges")) {
      if (operator.has(word)) {
        parts.add(word.toUpperCase(Locale.ROOT));
      }
    }
    return "CREATE OPERATOR %s.%s (%s)"
        .formatted(operator.schema(), operator.simpleName(), String.join(", ", parts));
  }

  static List<String> operatorFamily(CatalogObject family) {
    List<String> sql = new ArrayList<>();
    sql.add("CREATE OPERATOR FAMILY " + family.id().name());
    family
        .property("members")
        .ifPresent(
            members ->
                sql.add("ALTER OPERATOR FAMILY %s ADD %s".formatted(family.id().name(), members)));
    return sql;
  }

  static String operatorClass(CatalogObject type) {
    List<String> members = new ArrayList<>();
    type.property("members").ifPresent(members::add);
    type.property("storage").ifPresent(storage -> members.add("STORAGE " + storage));
    if (members.isEmpty()) {
      members.add("STORAGE " + type.property("type").orElse(""));
    }
    return "CREATE OPERATOR CLASS %s.%s%s FOR TYPE %s USING %s FAMILY %s AS %s"
        .formatted(
            type.schema(),
            type.simpleName(),
            type.has("default") ? " DEFAULT" : "",
            type.property("type").orElse(""),
            type.property("access method").orElse(""),
            type.property("family").orElse(""),
            String.join(", ", members));
  }

  static String cast(CatalogObject cast) {
    String method = cast.property("method").orElse("");
    return "CREATE CAST %s %s%s"
        .formatted(
            cast.id().name(),
            method.equals("WITHOUT FUNCTION") ? method : "WITH " + method,
            cast.property("context").map(context -> " AS " + context).orElse(""));
  }
}
