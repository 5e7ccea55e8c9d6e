package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.CatalogSql;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.catalog.Severity;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The part of the file that looks at what is there before anything is created: with the very
 * queries that snapshots are read with. What is there with another shape stops the file; what is
 * absent goes into the transaction's setting {@code gwdb.absent}, which guards each statement.
 */
final class ShapeCheck {
  private static final Set<ObjectKind> PARTS_THAT_CHANGE_MEANING =
      EnumSet.of(
          ObjectKind.COLUMN,
          ObjectKind.CONSTRAINT,
          ObjectKind.INDEX,
          ObjectKind.RULE,
          ObjectKind.TRIGGER,
          ObjectKind.POLICY);

  /** As decorations, these are no matter of shape. */
  private static final Set<String> NO_SHAPE = Set.of("owner", "privileges", "comment", "version");

  private static final String TABLE_OF_COLUMN = "(table)";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)\\}");
  private static final String QUALIFIER =
      "([[:alpha:]_][[:alnum:]_$]*|\"([^\"]|\"\")+\")[.](?=[[:alpha:]_\"])";

  private final SchemaSnapshot snapshot;
  private final SchemaSnapshot original;
  private final List<ConditionalKey> keys;

  /**
   * @param original the same schema as it was first written; both spellings are accepted
   */
  ShapeCheck(SchemaSnapshot snapshot, SchemaSnapshot original, List<ConditionalKey> keys) {
    this.snapshot = snapshot;
    this.original = original;
    this.keys = keys;
  }

  static String guard(ObjectId object) {
    return "strpos(current_setting('gwdb.absent'), %s) > 0"
        .formatted(Sql.literal("<" + object + ">"));
  }

  /**
   * The body of a DO block.
   *
   * @param path the search_path of the rest of the file
   */
  String block(String path) {
    boolean pinned = path.equals("''");
    Map<String, String> values = new HashMap<>();
    values.put("pin", pinned ? "" : "SET LOCAL search_path = '';\n    ");
    values.put("unpin", pinned ? "" : "\n    SET LOCAL search_path = " + path + ";");
    values.put("expected", String.join(",\n        ", expected()));
    values.put("live", String.join("\n        UNION ALL\n", live()));
    values.put("qualifier", QUALIFIER);
    values.put("style", String.valueOf(!holdsQueries() || snapshot.server().major() >= 16));
    values.put("role", role());
    values.put(
        "parts",
        PARTS_THAT_CHANGE_MEANING.stream()
            .map(kind -> Sql.literal(kind.label()))
            .collect(Collectors.joining(", ")));
    // In one pass: values may hold what looks like a placeholder.
    return PLACEHOLDER
        .matcher(TEMPLATE)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
  }

  /** Default privileges are named by a role; whoever loads the file stands for the main owner. */
  private String role() {
    boolean needed =
        snapshot.objects().stream()
            .anyMatch(object -> object.id().kind() == ObjectKind.DEFAULT_PRIVILEGES);
    return needed
        ? """
        CASE WHEN row ->> '_role' = current_user::regrole::text THEN
            'FOR ROLE ' || %s || substr(row ->> '_identity', 10 + length(row ->> '_role')) END,
        """
            .formatted(Sql.literal(snapshot.mainOwner()))
        : "";
  }

  /** Whether anything is written differently by different servers. */
  private boolean holdsQueries() {
    return snapshot.objects().stream()
        .anyMatch(
            object ->
                switch (object.id().kind()) {
                  case VIEW, MATERIALIZED_VIEW, RULE, POLICY -> true;
                  case FUNCTION, PROCEDURE ->
                      !object.property("definition").orElse("").contains("\nAS ");
                  default -> false;
                });
  }

  private List<String> expected() {
    Set<String> rows = new LinkedHashSet<>();
    rows.add("(NULL::text, NULL::text, NULL::text, NULL::boolean)");
    for (CatalogObject object : snapshot.objects()) {
      rows.add(row(object.id(), "", "", true));
      if (object.id().kind() == ObjectKind.COLUMN) {
        rows.add(row(object.id(), TABLE_OF_COLUMN, object.parent().orElseThrow().toString(), true));
      }
      addProperties(rows, object);
      original.find(object.id()).ifPresent(other -> addProperties(rows, other));
    }
    for (ConditionalKey key : keys) {
      ObjectId id = key.constraint().id();
      rows.add(row(id, "", "", true));
      rows.add(row(id, "definition", key.definition(), true));
      rows.add(row(id, "definition", key.unvalidated(), true));
    }
    return List.copyOf(rows);
  }

  private static void addProperties(Set<String> rows, CatalogObject object) {
    object
        .properties()
        .forEach(
            (word, value) -> {
              if (!NO_SHAPE.contains(word) && !word.contains(" of part ")) {
                boolean breaks =
                    object.severityOf(word) == Severity.BREAKING || word.equals("definition");
                rows.add(row(object.id(), word, value, breaks));
              }
            });
  }

  private static String row(ObjectId object, String word, String value, boolean breaks) {
    return "(%s, %s, %s, %s)"
        .formatted(Sql.literal(object.toString()), Sql.literal(word), Sql.literal(value), breaks);
  }

  private List<String> live() {
    Set<ObjectKind> kinds = EnumSet.noneOf(ObjectKind.class);
    snapshot.objects().forEach(object -> kinds.add(object.id().kind()));
    if (kinds.contains(ObjectKind.TABLE)) {
      kinds.addAll(PARTS_THAT_CHANGE_MEANING);
    }
    List<String> queries = new ArrayList<>();
    for (ObjectKind kind : kinds) {
      String sql = CatalogSql.of(kind, needsNewest(kind) ? snapshot.server().major() : 14);
      queries.add(
          "        SELECT %s, to_jsonb(q) FROM (\n%s        ) q"
              .formatted(Sql.literal(kind.label()), sql.indent(12)));
    }
    return queries;
  }

  /** Publications of schemas, columns or some rows can't be seen with the query for 14. */
  private boolean needsNewest(ObjectKind kind) {
    return kind == ObjectKind.PUBLICATION
        && snapshot.objects().stream()
            .filter(object -> object.id().kind() == kind)
            .anyMatch(
                object ->
                    object.has("schemas")
                        || object.property("tables").filter(t -> t.contains("(")).isPresent());
  }

  private static final String TEMPLATE =
      """
      DECLARE
          found record;
      BEGIN
          {pin}WITH expected (object, word, value, breaks) AS (VALUES
              {expected}
          ),
          catalog (kind, row) AS (
      {live}
          ),
          named AS (
              -- A part's name follows the name of its table or domain.
              SELECT kind, row,
                     CASE WHEN row ->> '_parent_catalog' = 'pg_type' THEN (row ->> '_parent')::oid::regtype::text
                          WHEN row ? '_parent' THEN (row ->> '_parent')::oid::regclass::text END AS parent
                FROM catalog
          ),
          live AS MATERIALIZED (
              SELECT kind, parent, row, kind || ' ' || coalesce(
                         {role}row ->> '_identity',
                         coalesce(parent, row ->> '_schema') || '.' || (row ->> '_name'),
                         row ->> '_name') AS object
                FROM named
          ),
          accepted AS (
              SELECT object, word, array_agg(value) AS spellings, bool_or(breaks) AS breaks
                FROM expected WHERE word NOT IN ('', '(table)') GROUP BY object, word
          ),
          here AS (
              SELECT object, p.key AS word, p.value
                FROM live CROSS JOIN LATERAL jsonb_each_text(row) p
               WHERE object IN (SELECT object FROM expected WHERE word = '')
                 AND p.value IS NOT NULL AND p.key !~ '^_' AND p.key NOT IN ('owner', 'version')
          ),
          compared AS (
              SELECT object, word, h.value AS here, a.spellings, coalesce(a.breaks, true) AS breaks,
                     -- Since 16 queries qualify columns only where they have to.
                     (current_setting('server_version_num')::integer >= 160000) <> {style}
                         AND object ~ '^(view|materialized view|rule|policy|function|procedure) ' AS other_style
                FROM here h FULL JOIN accepted a USING (object, word)
               WHERE object IN (SELECT object FROM live)
          ),
          differences AS (
              SELECT object, word || ' is ' || coalesce(here, 'not set') || E'\\n        but expected: '
                         || coalesce(array_to_string(spellings, E'\\n        or: '), 'not set') AS text, breaks
                FROM compared
               WHERE here IS NULL OR spellings IS NULL OR NOT here = ANY (spellings)
                 AND NOT (other_style AND regexp_replace(here, '{qualifier}', '', 'g')
                     IN (SELECT regexp_replace(s, '{qualifier}', '', 'g') FROM unnest(spellings) s))
              UNION ALL
              SELECT object, 'is missing', true
                FROM expected
               WHERE word = '(table)' AND value IN (SELECT object FROM live)
                 AND object NOT IN (SELECT object FROM live)
              UNION ALL
              SELECT object, 'is not expected', true
                FROM live
               WHERE kind IN ({parts}) AND 'table ' || parent IN (SELECT object FROM expected)
                 AND object NOT IN (SELECT object FROM expected WHERE object IS NOT NULL)
                 -- One more plain index changes no result; NOT NULL counts as its column's.
                 AND NOT (kind = 'index' AND row ->> 'unique' IS NULL)
                 AND NOT (kind = 'constraint' AND row ->> '_type' = 'n')
          )
          SELECT string_agg(object || ': ' || text, E'\\n    ' ORDER BY object, text) FILTER (WHERE breaks) AS wrong,
                 string_agg(object || ': ' || text, E'\\n    ' ORDER BY object, text) FILTER (WHERE NOT breaks) AS other,
                 (SELECT string_agg('<' || object || '>', '') FROM expected
                   WHERE word = '' AND object NOT IN (SELECT object FROM live)) AS absent
            INTO found
            FROM differences;
          IF found.wrong IS NOT NULL THEN
              RAISE EXCEPTION 'this database has objects of the same names with another shape; nothing was changed'
                  USING ERRCODE = 'duplicate_object',
                        DETAIL = found.wrong,
                        HINT = 'Migrate this database, or drop these objects if nobody needs them, and load the file again.';
          END IF;
          IF found.other IS NOT NULL THEN
              RAISE WARNING 'left as it is: %', found.other;
          END IF;
          PERFORM set_config('gwdb.absent', coalesce(found.absent, ''), true);{unpin}
      END
      """;
}
