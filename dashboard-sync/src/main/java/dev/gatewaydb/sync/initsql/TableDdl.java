package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One table with its columns. */
final class TableDdl {
  private static final String INHERITED = "inherited";
  private static final String YES = "yes";

  private final Parts parts;
  private final CatalogObject table;
  private final List<CatalogObject> columns;
  private final String name;

  TableDdl(Parts parts, CatalogObject table) {
    this.parts = parts;
    this.table = table;
    this.columns = parts.of(table.id(), ObjectKind.COLUMN);
    this.name = table.id().name();
  }

  /**
   * @param withoutDefaults columns whose default is set later
   */
  String create(Set<ObjectId> withoutDefaults) {
    StringBuilder sql = new StringBuilder("CREATE ");
    sql.append(table.has("unlogged") ? "UNLOGGED " : "").append("TABLE ").append(name);
    table.property("of type").ifPresent(type -> sql.append(" OF ").append(type));
    List<String> lines = new ArrayList<>();
    for (CatalogObject column : columns) {
      line(column, withoutDefaults.contains(column.id())).ifPresent(lines::add);
    }
    if (!lines.isEmpty()) {
      sql.append(" (\n    ").append(String.join(",\n    ", lines)).append("\n)");
    } else if (!table.has("of type")) {
      sql.append(" ()");
    }
    if (!inheritsLater()) {
      table.property("inherits").ifPresent(of -> sql.append("\nINHERITS (").append(of).append(')'));
    }
    table.property("partition by").ifPresent(by -> sql.append("\nPARTITION BY ").append(by));
    table.property("access method").ifPresent(am -> sql.append("\nUSING ").append(am));
    List<String> options = new ArrayList<>();
    if (table.has("options")) {
      options.addAll(Sql.options(table.facts().getOrDefault("options_as_given", ""), ""));
    }
    table.property("toast options").ifPresent(o -> options.addAll(Sql.options(o, "toast.")));
    if (!options.isEmpty()) {
      sql.append("\nWITH (").append(String.join(", ", options)).append(')');
    }
    return sql.toString();
  }

  /** Of a partition, columns are written as its own: it is attached afterwards. */
  private boolean comesFromParent(CatalogObject part) {
    return isOfParentAlone(part) && !table.has("partition of");
  }

  /** Whether the table has it from another, and doesn't declare it as well. */
  static boolean isOfParentAlone(CatalogObject part) {
    return part.property(INHERITED).filter(YES::equals).isPresent();
  }

  /**
   * INHERITS would put the parents' columns first; a table that declares all need not have that.
   */
  private boolean inheritsLater() {
    return table.has("inherits") && columns.stream().noneMatch(TableDdl::isOfParentAlone);
  }

  /** In their order; their names may have commas in them. */
  private List<String> parents() {
    String names = table.property("inherits").orElse("");
    return table.needs().stream()
        .filter(id -> id.kind() == ObjectKind.TABLE)
        .map(ObjectId::name)
        .filter(parent -> (names + ", ").contains(parent + ", "))
        .sorted(Comparator.comparingInt(names::indexOf))
        .toList();
  }

  private Optional<String> line(CatalogObject column, boolean withoutDefault) {
    if (comesFromParent(column)) {
      return Optional.empty();
    }
    String constraints = constraints(column, withoutDefault);
    if (table.has("of type")) {
      return constraints.isEmpty()
          ? Optional.empty()
          : Optional.of(column.simpleName() + " WITH OPTIONS" + constraints);
    }
    return Optional.of(
        column.simpleName()
            + " "
            + column.property("type").orElse("")
            + column.property("collation").map(c -> " COLLATE " + c).orElse("")
            + constraints);
  }

  private String constraints(CatalogObject column, boolean withoutDefault) {
    StringBuilder sql = new StringBuilder();
    column.property("generated").ifPresent(g -> sql.append(" GENERATED ").append(g));
    column
        .property("identity")
        .ifPresent(
            identity ->
                sql.append(" GENERATED ")
                    .append(identity)
                    .append(" AS IDENTITY")
                    .append(
                        parts.identitySequence(column).map(TableDdl::identityOptions).orElse("")));
    if (!withoutDefault) {
      column.property("default").ifPresent(d -> sql.append(" DEFAULT ").append(d));
    }
    boolean parentHasDefault =
        column.has(INHERITED)
            && parts.parentColumn(table, column).filter(p -> p.has("default")).isPresent();
    if (parentHasDefault && !column.has("default") && !table.has("partition of")) {
      sql.append(" DEFAULT NULL");
    }
    sql.append(notNull(column));
    return sql.toString();
  }

  private static String identityOptions(CatalogObject sequence) {
    return " (SEQUENCE NAME " + sequence.id().name() + TypeDdl.sequenceOptions(sequence) + ")";
  }

  /** With its name where it has one of its own; not at all when it is added NOT VALID later. */
  private String notNull(CatalogObject column) {
    if (!column.has("not null")) {
      return "";
    }
    Optional<CatalogObject> named = parts.notNullOf(table.id(), column.simpleName());
    if (named.isEmpty()) {
      return " NOT NULL";
    }
    String definition = named.get().property("definition").orElse("");
    boolean comesFromParent = comesFromParent(named.get());
    if (comesFromParent || definition.endsWith(" NOT VALID")) {
      return "";
    }
    return " CONSTRAINT "
        + named.get().simpleName()
        + " NOT NULL"
        + (definition.endsWith(" NO INHERIT") ? " NO INHERIT" : "");
  }

  /** What CREATE TABLE has no place for. */
  List<String> settings() {
    List<String> sql = new ArrayList<>();
    if (inheritsLater()) {
      parents().forEach(parent -> sql.add(alter("INHERIT " + parent)));
    }
    for (CatalogObject column : columns) {
      if (comesFromParent(column)) {
        sql.addAll(differencesFromParent(column));
      }
      columnSetting(sql, column, "storage", "SET STORAGE %s");
      columnSetting(sql, column, "compression", "SET COMPRESSION %s");
      columnSetting(sql, column, "statistics target", "SET STATISTICS %s");
      column
          .property("options")
          .ifPresent(
              options ->
                  sql.add(
                      alter(column, "SET (" + String.join(", ", Sql.options(options, "")) + ")")));
    }
    table.property("replica identity").ifPresent(r -> sql.add(alter("REPLICA IDENTITY " + r)));
    if (table.has("row security")) {
      sql.add(alter("ENABLE ROW LEVEL SECURITY"));
    }
    if (table.has("row security forced")) {
      sql.add(alter("FORCE ROW LEVEL SECURITY"));
    }
    return sql;
  }

  private void columnSetting(List<String> sql, CatalogObject column, String word, String template) {
    column.property(word).ifPresent(value -> sql.add(alter(column, template.formatted(value))));
  }

  private List<String> differencesFromParent(CatalogObject column) {
    Optional<CatalogObject> parent = parts.parentColumn(table, column);
    List<String> sql = new ArrayList<>();
    Optional<String> own = column.property("default");
    if (!own.equals(parent.flatMap(p -> p.property("default")))) {
      sql.add(alter(column, own.map(d -> "SET DEFAULT " + d).orElse("DROP DEFAULT")));
    }
    if (column.has("not null") && parent.isPresent() && !parent.get().has("not null")) {
      sql.add(alter(column, "SET NOT NULL"));
    }
    return sql;
  }

  String setDefault(CatalogObject column) {
    return alter(column, "SET DEFAULT " + column.property("default").orElse("NULL"));
  }

  private String alter(CatalogObject column, String change) {
    return alter("ALTER COLUMN " + column.simpleName() + " " + change);
  }

  private String alter(String change) {
    return "ALTER TABLE ONLY " + name + " " + change;
  }

  /** Makes it a partition; empty when it is none. */
  Optional<String> attach() {
    return table
        .property("partition of")
        .map(
            parent ->
                "ALTER TABLE ONLY %s ATTACH PARTITION %s %s"
                    .formatted(parent, name, table.property("partition bound").orElse("")));
  }
}
