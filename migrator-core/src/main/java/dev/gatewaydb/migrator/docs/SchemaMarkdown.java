package dev.gatewaydb.migrator.docs;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A schema as Markdown: the same bytes for the same schema. */
public final class SchemaMarkdown {
  private static final String DEFINITION = "definition";

  private final SchemaSnapshot schema;
  private final List<ExternalKey> externalKeys;
  private final StringBuilder text = new StringBuilder();

  private SchemaMarkdown(SchemaSnapshot schema, List<ExternalKey> externalKeys) {
    this.schema = schema;
    this.externalKeys = externalKeys;
  }

  /**
   * Writes tables first, then everything else by kind.
   *
   * @param introduction Markdown that comes before it, title included
   */
  public static String of(
      SchemaSnapshot schema, String introduction, List<ExternalKey> externalKeys) {
    SchemaMarkdown markdown = new SchemaMarkdown(schema, externalKeys);
    markdown.text.append(introduction.stripTrailing()).append('\n');
    markdown.write();
    return markdown.text.toString();
  }

  private void write() {
    Map<ObjectKind, List<CatalogObject>> others = new EnumMap<>(ObjectKind.class);
    for (CatalogObject object : schema.objects()) {
      if (object.id().kind() == ObjectKind.TABLE) {
        table(object);
      } else if (object.parent().isEmpty() && !isPlain(object)) {
        others.computeIfAbsent(object.id().kind(), kind -> new ArrayList<>()).add(object);
      }
    }
    others.forEach(
        (kind, objects) -> {
          heading(2, capital(kind.label()) + (objects.size() > 1 ? " objects" : ""));
          objects.forEach(this::other);
        });
  }

  /** Sequences belong to their columns, and schemas without a word on them say nothing. */
  private static boolean isPlain(CatalogObject object) {
    return switch (object.id().kind()) {
      case SCHEMA -> true;
      case SEQUENCE -> object.has("owned by") || object.has("identity of");
      default -> false;
    };
  }

  private void table(CatalogObject table) {
    heading(2, "`%s`".formatted(shown(table)));
    comment(table);
    text.append("\n| Column | Type | Null | Default | Meaning |\n|---|---|---|---|---|\n");
    List<CatalogObject> parts = schema.partsOf(table.id());
    for (CatalogObject part : parts) {
      if (part.id().kind() == ObjectKind.COLUMN) {
        text.append(
            "| `%s` | %s | %s | %s | %s |\n"
                .formatted(
                    part.simpleName(),
                    cell(part.property("type").orElse("")),
                    part.has("not null") ? "no" : "yes",
                    byDefault(part).map(SchemaMarkdown::code).orElse(""),
                    cell(part.property("comment").orElse(""))));
      }
    }
    list("Constraints", parts, ObjectKind.CONSTRAINT);
    for (ExternalKey key : externalKeys) {
      if (key.table().equals(table.simpleName())) {
        text.append(
            "- `FOREIGN KEY (%s) REFERENCES \"%s\" (%s)`, where that table is there\n"
                .formatted(key.column(), key.otherTable(), key.otherColumn()));
      }
    }
    list("Indexes", parts, ObjectKind.INDEX);
    list("Triggers", parts, ObjectKind.TRIGGER);
    list("Rules", parts, ObjectKind.RULE);
    list("Policies", parts, ObjectKind.POLICY);
    list("Statistics", parts, ObjectKind.STATISTICS);
  }

  private static Optional<String> byDefault(CatalogObject column) {
    return column
        .property("default")
        .or(() -> column.property("generated"))
        .or(() -> column.property("identity").map(i -> "GENERATED " + i + " AS IDENTITY"));
  }

  private void list(String title, List<CatalogObject> parts, ObjectKind kind) {
    List<CatalogObject> wanted = parts.stream().filter(p -> p.id().kind() == kind).toList();
    if (wanted.isEmpty()) {
      return;
    }
    text.append("\n%s:\n\n".formatted(title));
    for (CatalogObject part : wanted) {
      text.append("- `%s`: %s".formatted(part.simpleName(), code(definition(part))));
      part.property("comment").ifPresent(c -> text.append(": ").append(line(c)));
      text.append('\n');
    }
  }

  private void other(CatalogObject object) {
    text.append("\n`%s`".formatted(object.id().name()));
    object.property("comment").ifPresent(c -> text.append(": ").append(line(c)));
    text.append("\n\n```sql\n%s\n```\n".formatted(definition(object)));
  }

  private static String definition(CatalogObject object) {
    Optional<String> sql = object.property(DEFINITION);
    if (sql.isPresent()) {
      return sql.get().strip();
    }
    List<String> words = new ArrayList<>();
    object
        .properties()
        .forEach(
            (word, value) -> {
              if (!word.equals("comment") && !word.equals("owner")) {
                words.add(word + " " + value);
              }
            });
    return String.join("; ", words);
  }

  private String shown(CatalogObject object) {
    return object.schema().equals("public") ? object.simpleName() : object.id().name();
  }

  private void comment(CatalogObject object) {
    object.property("comment").ifPresent(c -> text.append('\n').append(line(c)).append('\n'));
  }

  private void heading(int level, String title) {
    text.append('\n').append("#".repeat(level)).append(' ').append(title).append('\n');
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private static String code(String sql) {
    String one = line(sql);
    return cell(one.contains("`") ? "`` " + one + " ``" : "`" + one + "`");
  }

  private static String cell(String value) {
    return line(value).replace("|", "\\|");
  }

  private static String line(String value) {
    return value.strip().replaceAll("\\s+", " ");
  }
}
