package dev.gatewaydb.migrator.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What counts of an object when it is compared with one of another database. */
final class Meaning {
  /** Since 18, a NOT NULL is a constraint with a name. */
  static final int NAMES_NOT_NULLS = 18;

  private static final String DEFINITION = "definition";
  private static final String OWNER = "owner";
  private static final String PARTITION_OF = "partition of";

  /** As ChooseConstraintName, ChooseIndexName and ChooseExtendedStatisticName end them. */
  private static final Pattern GENERATED_NAME =
      Pattern.compile(".*_(?:pkey|key|fkey|check|excl|not_null|idx|stat)[0-9]*\"?");

  /**
   * How {@code varchar IN (…)} is written at first, and the elements in it. Loaded and written
   * again, each element is cast instead of the array: the same to the planner and to us.
   */
  private static final Pattern CAST_ARRAY =
      Pattern.compile(
          "\\(ARRAY\\[((?:'(?:[^']|'')*'::character varying(?:\\(\\d+\\))?(?:, )?)+)\\]\\)::text\\[\\]");

  private static final Pattern CAST_ELEMENT =
      Pattern.compile("'(?:[^']|'')*'::character varying(?:\\(\\d+\\))?");

  /** Where queries are written differently: from 16 on, columns are qualified only if needed. */
  private static final int QUALIFIES_LESS = 16;

  private static final Pattern QUALIFIER =
      Pattern.compile("(?:[\\p{L}_][\\p{L}\\p{N}_$]*|\"(?:[^\"]|\"\")+\")\\.(?=[\\p{L}_\"])");

  private final String mainOwner;
  private final boolean sameWayOfWriting;

  Meaning(SchemaSnapshot snapshot, SchemaSnapshot other) {
    this.mainOwner = snapshot.mainOwner();
    this.sameWayOfWriting =
        snapshot.server().major() < QUALIFIES_LESS == other.server().major() < QUALIFIES_LESS;
  }

  Map<String, String> of(CatalogObject object) {
    Map<String, String> meaning = new LinkedHashMap<>();
    object.properties().forEach((word, value) -> meaning.put(word, of(object, word, value)));
    return meaning;
  }

  private String of(CatalogObject object, String word, String value) {
    if (word.equals(OWNER)) {
      return value.equals(mainOwner) ? "(main owner)" : value;
    }
    if (word.equals(PARTITION_OF) && canBeUnnamed(object)) {
      return "(the parent's)";
    }
    String comparable = value;
    if (holdsQueries(object)) {
      // The second of these is how it is written after having been loaded.
      comparable = value.replace("(VALUES ", "( VALUES ");
      comparable = sameWayOfWriting ? comparable : QUALIFIER.matcher(comparable).replaceAll("");
    }
    return CAST_ARRAY
        .matcher(comparable)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    "ARRAY["
                        + CAST_ELEMENT.matcher(found.group(1)).replaceAll("($0)::text")
                        + "]"));
  }

  private static boolean holdsQueries(CatalogObject object) {
    return switch (object.id().kind()) {
      case VIEW, MATERIALIZED_VIEW, RULE, POLICY, FUNCTION, PROCEDURE -> true;
      default -> false;
    };
  }

  String name(CatalogObject object) {
    if (object.id().kind() == ObjectKind.DEFAULT_PRIVILEGES
        && object.facts().getOrDefault("role", "").equals(mainOwner)) {
      return object.id().toString().replaceFirst(Pattern.quote(mainOwner), "(main owner)");
    }
    return object.id().toString();
  }

  /** Everything but the name, which definitions repeat. */
  String withoutName(CatalogObject object) {
    Map<String, String> meaning = of(object);
    meaning.computeIfPresent(
        DEFINITION,
        (word, definition) -> definition.replaceFirst("(INDEX|STATISTICS) .*? ON ", "$1 ON "));
    return object.id().kind() + " " + object.parent() + "\n" + meaning;
  }

  static boolean mayBeRenamed(CatalogObject object) {
    return canBeUnnamed(object) && object.parent().isPresent();
  }

  private static boolean canBeUnnamed(CatalogObject object) {
    return switch (object.id().kind()) {
      case CONSTRAINT, INDEX, STATISTICS -> true;
      default -> false;
    };
  }

  static boolean isNameGenerated(CatalogObject object) {
    return canBeUnnamed(object) && GENERATED_NAME.matcher(object.simpleName()).matches();
  }

  static boolean isNotNull(CatalogObject object) {
    return object.id().kind() == ObjectKind.CONSTRAINT && "n".equals(object.facts().get("type"));
  }

  /** The object in a line or, where PostgreSQL gives its definition, in SQL. */
  static String describe(CatalogObject object) {
    if (object.has(DEFINITION)) {
      return object.property(DEFINITION).orElse("").strip();
    }
    List<String> words = new ArrayList<>();
    object
        .properties()
        .forEach(
            (word, value) -> {
              if (!word.equals(OWNER)) {
                words.add(word + " " + value.replace("\n", ", "));
              }
            });
    return String.join("; ", words);
  }

  /** Names of those columns, in their order, by table. */
  static Map<ObjectId, List<String>> columnNames(SchemaSnapshot snapshot, Set<ObjectId> columns) {
    Map<ObjectId, List<String>> names = new HashMap<>();
    snapshot.objects().stream()
        .filter(object -> columns.contains(object.id()))
        .sorted(CatalogObject.DISPLAY_ORDER)
        .forEach(
            column ->
                column
                    .parent()
                    .ifPresent(
                        table ->
                            names
                                .computeIfAbsent(table, t -> new ArrayList<>())
                                .add(column.simpleName())));
    return names;
  }
}
