package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What belongs to a table, and what watches over everything. */
final class PartDdl {
  private PartDdl() {}

  private static String definition(CatalogObject object) {
    return Sql.stripped(object.property("definition").orElse(""));
  }

  private static String table(CatalogObject part) {
    return part.parent().map(ObjectId::name).orElse("");
  }

  /** Whether it is of a domain. */
  static boolean isOfDomain(CatalogObject constraint) {
    return constraint.parent().filter(parent -> parent.kind() == ObjectKind.DOMAIN).isPresent();
  }

  static Phase phase(CatalogObject constraint) {
    if (isOfDomain(constraint)) {
      // Before any table has the domain in a column, where it could no longer be changed.
      return Phase.TYPES_AND_ROUTINES;
    }
    return switch (constraint.facts().getOrDefault("type", "")) {
      case "f" -> Phase.FOREIGN_KEYS;
      case "c", "n" -> Phase.CHECKS;
      default -> Phase.KEYS;
    };
  }

  static List<String> constraint(CatalogObject constraint) {
    List<String> sql = new ArrayList<>();
    if (isOfDomain(constraint)) {
      return List.of(
          "ALTER DOMAIN %s ADD CONSTRAINT %s %s"
              .formatted(table(constraint), constraint.simpleName(), definition(constraint)));
    }
    // Keys of a partitioned table are made one by one, so that each keeps its name.
    boolean one = !"cf".contains(constraint.facts().getOrDefault("type", "c"));
    sql.add(
        "ALTER TABLE %s%s ADD CONSTRAINT %s %s"
            .formatted(
                one ? "ONLY " : "",
                table(constraint),
                constraint.simpleName(),
                definition(constraint)));
    constraint
        .property("index options")
        .ifPresent(
            options ->
                sql.add(
                    "ALTER INDEX %s.%s SET (%s)"
                        .formatted(
                            constraint.schema(),
                            constraint.simpleName(),
                            String.join(", ", Sql.options(options, "")))));
    sql.addAll(indexRoles(constraint));
    return sql;
  }

  private static List<String> indexRoles(CatalogObject index) {
    List<String> sql = new ArrayList<>();
    if (index.has("clustered")) {
      sql.add("ALTER TABLE %s CLUSTER ON %s".formatted(table(index), index.simpleName()));
    }
    if (index.has("replica identity")) {
      sql.add(
          "ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %s"
              .formatted(table(index), index.simpleName()));
    }
    return sql;
  }

  static List<String> index(CatalogObject index) {
    List<String> sql = new ArrayList<>();
    sql.add(definition(index));
    index
        .property("statistics targets")
        .ifPresent(
            targets ->
                Arrays.stream(targets.split(", ", -1))
                    .map(target -> target.split(": ", -1))
                    .forEach(
                        target ->
                            sql.add(
                                "ALTER INDEX %s.%s ALTER COLUMN %s SET STATISTICS %s"
                                    .formatted(
                                        index.schema(),
                                        index.simpleName(),
                                        target[0],
                                        target[1]))));
    sql.addAll(indexRoles(index));
    return sql;
  }

  static List<String> statistics(CatalogObject statistics) {
    List<String> sql = new ArrayList<>();
    sql.add(definition(statistics));
    statistics
        .property("statistics target")
        .ifPresent(
            target ->
                sql.add(
                    "ALTER STATISTICS %s.%s SET STATISTICS %s"
                        .formatted(statistics.schema(), statistics.simpleName(), target)));
    return sql;
  }

  static List<String> ruleOrTrigger(CatalogObject object) {
    List<String> sql = new ArrayList<>();
    sql.add(definition(object));
    if (object.has("enabled")) {
      sql.add(enabled(object, false));
    }
    return sql;
  }

  static String enabled(CatalogObject object, boolean only) {
    return "ALTER TABLE %s%s %s %s %s"
        .formatted(
            only ? "ONLY " : "",
            table(object),
            object.property("enabled").orElse("ENABLE"),
            object.id().kind() == ObjectKind.RULE ? "RULE" : "TRIGGER",
            object.simpleName());
  }

  static String policy(CatalogObject policy) {
    StringBuilder sql =
        new StringBuilder("CREATE POLICY %s ON %s".formatted(policy.simpleName(), table(policy)));
    sql.append(policy.has("restrictive") ? " AS RESTRICTIVE" : "");
    sql.append(" FOR ").append(policy.property("command").orElse("ALL"));
    sql.append(" TO ").append(policy.property("roles").orElse("PUBLIC"));
    policy.property("using").ifPresent(e -> sql.append("\n    USING (").append(e).append(')'));
    policy
        .property("with check")
        .ifPresent(e -> sql.append("\n    WITH CHECK (").append(e).append(')'));
    return sql.toString();
  }

  static List<String> eventTrigger(CatalogObject trigger) {
    List<String> sql = new ArrayList<>();
    sql.add(
        "CREATE EVENT TRIGGER %s ON %s%s EXECUTE FUNCTION %s"
            .formatted(
                trigger.id().name(),
                trigger.property("event").orElse(""),
                trigger.property("tags").map(tags -> " WHEN TAG IN (" + tags + ")").orElse(""),
                trigger.property("function").orElse("")));
    trigger
        .property("enabled")
        .ifPresent(
            enabled ->
                sql.add("ALTER EVENT TRIGGER %s %s".formatted(trigger.id().name(), enabled)));
    return sql;
  }

  static String publication(CatalogObject publication) {
    StringBuilder sql = new StringBuilder("CREATE PUBLICATION " + publication.id().name());
    List<String> contents = new ArrayList<>();
    publication.property("tables").ifPresent(tables -> contents.add("TABLE " + tables));
    publication
        .property("schemas")
        .ifPresent(schemas -> contents.add("TABLES IN SCHEMA " + schemas));
    if (publication.has("all tables")) {
      sql.append(" FOR ALL TABLES");
    } else if (!contents.isEmpty()) {
      sql.append(" FOR ").append(String.join(", ", contents));
    }
    sql.append(" WITH (publish = ")
        .append(Sql.literal(publication.property("publish").orElse("")))
        .append(publication.has("via partition root") ? ", publish_via_partition_root = true" : "")
        .append(publication.has("generated columns") ? ", publish_generated_columns = stored" : "")
        .append(')');
    return sql.toString();
  }
}
