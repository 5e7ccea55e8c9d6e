package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The steps that create everything that a snapshot holds. */
final class CreationPlan {
  /** There from the start in every database. */
  static final ObjectId PUBLIC = new ObjectId(ObjectKind.SCHEMA, "public");

  private static final String DEFINITION = "definition";
  private static final String PARTITION_OF = "partition of";

  private final SchemaSnapshot snapshot;
  private final Parts parts;
  private final Decorations decorations;
  private final List<Step> steps = new ArrayList<>();

  private CreationPlan(SchemaSnapshot snapshot) {
    this.snapshot = snapshot;
    this.parts = new Parts(snapshot);
    this.decorations = new Decorations(snapshot);
  }

  /**
   * @param snapshot of supported objects alone
   */
  static List<Step> of(SchemaSnapshot snapshot) {
    CreationPlan plan = new CreationPlan(snapshot);
    snapshot.objects().forEach(plan::add);
    return CreationOrder.of(plan.steps);
  }

  private void add(CatalogObject object) {
    switch (object.id().kind()) {
      case SCHEMA -> {
        if (object.id().equals(PUBLIC)) {
          steps.addAll(PublicSchema.steps(object, decorations));
        } else {
          create(object, Phase.SCHEMAS, "CREATE SCHEMA " + object.id().name());
        }
      }
      case EXTENSION -> {
        String schema = object.property("schema").orElse("");
        boolean ours = parts.find(ObjectKind.SCHEMA, schema).isPresent();
        create(object, Phase.SCHEMAS, TypeDdl.extension(object, ours));
      }
      case COLLATION -> create(object, Phase.TYPES_AND_ROUTINES, TypeDdl.collation(object));
      case ENUM -> create(object, Phase.TYPES_AND_ROUTINES, TypeDdl.enumType(object));
      case COMPOSITE_TYPE -> create(object, Phase.TYPES_AND_ROUTINES, TypeDdl.composite(object));
      case DOMAIN -> {
        String notNull = parts.notNullOf(object.id(), "").map(CatalogObject::simpleName).orElse("");
        create(object, Phase.TYPES_AND_ROUTINES, TypeDdl.domain(object, notNull));
      }
      case RANGE_TYPE -> create(object, Phase.TYPES_AND_ROUTINES, TypeDdl.range(object));
      case FUNCTION, PROCEDURE ->
          create(object, Phase.TYPES_AND_ROUTINES, text(object, DEFINITION));
      case AGGREGATE -> create(object, Phase.TYPES_AND_ROUTINES, RoutineDdl.aggregate(object));
      case OPERATOR -> create(object, Phase.TYPES_AND_ROUTINES, RoutineDdl.operator(object));
      case OPERATOR_FAMILY ->
          create(object, Phase.TYPES_AND_ROUTINES, RoutineDdl.operatorFamily(object));
      case OPERATOR_CLASS ->
          create(object, Phase.TYPES_AND_ROUTINES, RoutineDdl.operatorClass(object));
      case CAST -> create(object, Phase.TYPES_AND_ROUTINES, RoutineDdl.cast(object));
      case TEXT_SEARCH_DICTIONARY ->
          create(object, Phase.TYPES_AND_ROUTINES, TypeDdl.dictionary(object));
      case TEXT_SEARCH_CONFIGURATION ->
          create(object, Phase.TYPES_AND_ROUTINES, TypeDdl.configuration(object));
      case SEQUENCE -> addSequence(object);
      case TABLE -> addTable(object);
      case VIEW -> addView(object);
      case MATERIALIZED_VIEW -> addMaterializedView(object);
      case COLUMN -> {
        // Comes with its table.
      }
      case CONSTRAINT -> addConstraint(object);
      case INDEX -> addIndex(object);
      case STATISTICS -> create(object, Phase.INDEXES, PartDdl.statistics(object));
      case RULE, TRIGGER -> {
        if (!object.has("inherited")) {
          create(object, Phase.BEHAVIOUR, PartDdl.ruleOrTrigger(object));
        } else {
          addCopiedTrigger(object);
        }
      }
      case POLICY -> create(object, Phase.BEHAVIOUR, PartDdl.policy(object));
      case EVENT_TRIGGER -> create(object, Phase.WATCHERS, PartDdl.eventTrigger(object));
      case PUBLICATION -> create(object, Phase.WATCHERS, PartDdl.publication(object));
      case DEFAULT_PRIVILEGES ->
          steps.add(
              new Step(
                  Step.Id.of(object.id()),
                  Phase.WATCHERS,
                  decorations.defaultPrivileges(object),
                  needs(object)));
      default ->
          throw new IllegalArgumentException("not supported, but not left out: " + object.id());
    }
  }

  private static String text(CatalogObject object, String word) {
    return Sql.stripped(object.property(word).orElse(""));
  }

  private void create(CatalogObject object, Phase phase, String sql) {
    create(object, phase, List.of(sql));
  }

  private void create(CatalogObject object, Phase phase, List<String> sql) {
    steps.add(new Step(Step.Id.of(object.id()), phase, decorated(object, sql), needs(object)));
  }

  private List<String> decorated(CatalogObject object, List<String> sql) {
    return Stream.concat(sql.stream(), decorations.of(object).stream()).toList();
  }

  private void later(
      CatalogObject object, String part, Phase phase, List<String> sql, Set<Step.Id> needs) {
    if (!sql.isEmpty()) {
      Set<Step.Id> all = new HashSet<>(needs);
      all.add(Step.Id.of(object.id()));
      steps.add(new Step(new Step.Id(object.id(), part), phase, sql, all));
    }
  }

  private Set<Step.Id> needs(CatalogObject object) {
    Set<Step.Id> needs = steps(object.needs());
    if (!object.schema().isEmpty()) {
      needs.add(Step.Id.of(new ObjectId(ObjectKind.SCHEMA, object.schema())));
    }
    object.parent().map(Step.Id::of).ifPresent(needs::add);
    needs.remove(Step.Id.of(object.id()));
    return needs;
  }

  /** A column is there with its table; a partition's table is ready when it is attached. */
  private Set<Step.Id> steps(Set<ObjectId> objects) {
    return objects.stream()
        .map(
            id ->
                id.kind() == ObjectKind.COLUMN
                    ? snapshot.find(id).flatMap(CatalogObject::parent).orElse(id)
                    : id)
        .map(Step.Id::of)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private void addSequence(CatalogObject sequence) {
    if (sequence.has("identity of")) {
      later(sequence, "identity", Phase.TABLES, decorations.of(sequence), steps(sequence.needs()));
      return;
    }
    Set<Step.Id> needs = needs(sequence);
    // Its table's default needs it, so it can't wait for the table.
    Set<Step.Id> owner = steps(columnsOf(sequence));
    needs.removeAll(owner);
    steps.add(
        new Step(
            Step.Id.of(sequence.id()),
            Phase.TABLES,
            decorated(sequence, List.of(TypeDdl.sequence(sequence))),
            needs));
    sequence
        .property("owned by")
        .ifPresent(
            column ->
                later(
                    sequence,
                    "owner",
                    Phase.COLUMNS,
                    List.of(
                        "ALTER SEQUENCE %s OWNED BY %s".formatted(sequence.id().name(), column)),
                    owner));
  }

  private static Set<ObjectId> columnsOf(CatalogObject sequence) {
    return sequence.needs().stream()
        .filter(id -> id.kind() == ObjectKind.COLUMN)
        .collect(Collectors.toSet());
  }

  private void addTable(CatalogObject table) {
    TableDdl ddl = new TableDdl(parts, table);
    List<CatalogObject> columns = parts.of(table.id(), ObjectKind.COLUMN);
    Set<Step.Id> needs = needs(table);
    table
        .property(PARTITION_OF)
        .ifPresent(parent -> needs.remove(Step.Id.of(new ObjectId(ObjectKind.TABLE, parent))));
    Set<ObjectId> withDefault = new HashSet<>();
    Set<Step.Id> needsWithoutDefaults = new HashSet<>(needs);
    for (CatalogObject column : columns) {
      if (column.has("default")) {
        withDefault.add(column.id());
        needsWithoutDefaults.addAll(steps(typesIn(column)));
      } else {
        needsWithoutDefaults.addAll(steps(column.needs()));
      }
      needs.addAll(steps(column.needs()));
    }
    List<String> rest = decorated(table, ddl.settings());
    List<String> columnDecorations =
        columns.stream().flatMap(column -> decorations.of(column).stream()).toList();
    Step.Id id = Step.Id.of(table.id());
    List<Step> apart = new ArrayList<>();
    apart.add(
        new Step(
            id,
            Phase.TABLES,
            statements(ddl.create(withDefault), rest, columnDecorations),
            needsWithoutDefaults));
    for (CatalogObject column : columns) {
      if (withDefault.contains(column.id())) {
        Set<Step.Id> columnNeeds = steps(column.needs());
        columnNeeds.add(id);
        apart.add(
            new Step(
                new Step.Id(table.id(), "default of " + column.simpleName()),
                Phase.COLUMNS,
                List.of(ddl.setDefault(column)),
                columnNeeds));
      }
    }
    steps.add(
        new Step(
            id,
            Phase.TABLES,
            statements(ddl.create(Set.of()), rest, columnDecorations),
            needs,
            withDefault.isEmpty() ? List.of() : apart));
    ddl.attach()
        .ifPresent(
            attach -> later(table, "partition", Phase.PARTITIONS, List.of(attach), needs(table)));
  }

  private static Set<ObjectId> typesIn(CatalogObject column) {
    return column.needs().stream()
        .filter(
            id ->
                switch (id.kind()) {
                  case FUNCTION, PROCEDURE, AGGREGATE, SEQUENCE, OPERATOR, CAST, COLUMN -> false;
                  default -> true;
                })
        .collect(Collectors.toSet());
  }

  private static List<String> statements(String first, List<String> second, List<String> third) {
    List<String> all = new ArrayList<>();
    all.add(first);
    all.addAll(second);
    all.addAll(third);
    return all;
  }

  private List<String> ofColumns(CatalogObject relation) {
    List<String> sql = new ArrayList<>();
    for (CatalogObject column : parts.of(relation.id(), ObjectKind.COLUMN)) {
      if (relation.id().kind() == ObjectKind.VIEW) {
        column
            .property("default")
            .ifPresent(
                value ->
                    sql.add(
                        "ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s"
                            .formatted(relation.id().name(), column.simpleName(), value)));
      }
      sql.addAll(decorations.of(column));
    }
    return sql;
  }

  private void addView(CatalogObject view) {
    List<CatalogObject> columns = parts.of(view.id(), ObjectKind.COLUMN);
    Step.Id id = Step.Id.of(view.id());
    Set<Step.Id> needs = needs(view);
    columns.forEach(column -> needs.addAll(steps(column.needs())));
    Set<Step.Id> needsOfTypes = new HashSet<>();
    needsOfTypes.add(Step.Id.of(new ObjectId(ObjectKind.SCHEMA, view.schema())));
    columns.forEach(column -> needsOfTypes.addAll(steps(typesIn(column))));
    List<String> rest = statements(ViewDdl.create(view), ofColumns(view), decorations.of(view));
    List<String> replaced =
        statements(ViewDdl.replace(view), ofColumns(view), decorations.of(view));
    Set<Step.Id> needsOfReplacing = new HashSet<>(needs);
    needsOfReplacing.add(id);
    steps.add(
        new Step(
            id,
            Phase.VIEWS,
            rest,
            needs,
            List.of(
                new Step(id, Phase.VIEWS, List.of(ViewDdl.standIn(view, columns)), needsOfTypes),
                new Step(
                    new Step.Id(view.id(), DEFINITION), Phase.VIEWS, replaced, needsOfReplacing))));
  }

  private void addMaterializedView(CatalogObject view) {
    List<String> settings = new TableDdl(parts, view).settings();
    create(
        view, Phase.VIEWS, statements(ViewDdl.createMaterialized(view), settings, ofColumns(view)));
    if (!"no".equals(view.facts().get("populated"))) {
      Set<Step.Id> needs = new HashSet<>();
      for (ObjectId needed : view.needs()) {
        ObjectId owner = snapshot.find(needed).flatMap(CatalogObject::parent).orElse(needed);
        if (owner.kind() == ObjectKind.MATERIALIZED_VIEW) {
          needs.add(new Step.Id(owner, "data"));
        }
      }
      later(
          view,
          "data",
          Phase.DATA,
          List.of("REFRESH MATERIALIZED VIEW " + view.id().name()),
          needs);
    }
  }

  private void addConstraint(CatalogObject constraint) {
    boolean comesFromParent =
        constraint.property("inherited").filter("yes"::equals).isPresent()
            && !constraint.has(PARTITION_OF);
    boolean comesWithColumn =
        Parts.isNotNull(constraint) && !text(constraint, DEFINITION).endsWith(" NOT VALID");
    if (comesFromParent || comesWithColumn) {
      List<String> comment = decorations.of(constraint);
      Set<Step.Id> tables =
          snapshot.objects().stream()
              .filter(o -> o.id().kind() == ObjectKind.CONSTRAINT)
              .filter(o -> o.simpleName().equals(constraint.simpleName()))
              .map(o -> Step.Id.of(o.id()))
              .collect(Collectors.toSet());
      if (!comment.isEmpty()) {
        tables.add(Step.Id.of(constraint.parent().orElseThrow()));
        later(constraint, "comment", Phase.BEHAVIOUR, comment, tables);
      }
      return;
    }
    Phase phase = PartDdl.phase(constraint);
    Set<Step.Id> needs = needs(constraint);
    needs.addAll(attached(constraint));
    if (text(constraint, DEFINITION).endsWith(" NOT VALID")) {
      needs.addAll(mergedInto(constraint));
    }
    steps.add(
        new Step(
            Step.Id.of(constraint.id()),
            phase,
            decorated(constraint, PartDdl.constraint(constraint)),
            needs));
    attachIndex(constraint);
  }

  /** Those of child tables, which may be valid where the parent's is not, if they come first. */
  private Set<Step.Id> mergedInto(CatalogObject constraint) {
    return snapshot.objects().stream()
        .filter(o -> o.id().kind() == ObjectKind.CONSTRAINT)
        .filter(o -> o.simpleName().equals(constraint.simpleName()))
        .filter(o -> o.property("inherited").filter("merged"::equals).isPresent())
        .filter(o -> !text(o, DEFINITION).endsWith(" NOT VALID"))
        .map(o -> Step.Id.of(o.id()))
        .collect(Collectors.toSet());
  }

  /** Constraints are made when partitions are in their places, so that they reach them. */
  private Set<Step.Id> attached(CatalogObject part) {
    return part.parent().stream()
        .flatMap(parent -> partitionsBelow(parent).stream())
        .map(table -> new Step.Id(table, "partition"))
        .collect(Collectors.toSet());
  }

  private List<ObjectId> partitionsBelow(ObjectId table) {
    return snapshot.objects().stream()
        .filter(o -> o.id().kind() == ObjectKind.TABLE)
        .filter(o -> o.property(PARTITION_OF).filter(table.name()::equals).isPresent())
        .map(CatalogObject::id)
        .toList();
  }

  private void addIndex(CatalogObject index) {
    create(index, Phase.INDEXES, PartDdl.index(index));
    attachIndex(index);
  }

  private void attachIndex(CatalogObject index) {
    Optional<String> parent = index.property(PARTITION_OF);
    if (parent.isEmpty()) {
      return;
    }
    Set<Step.Id> needs = new HashSet<>();
    for (CatalogObject object : snapshot.objects()) {
      boolean isIndex =
          object.id().kind() == ObjectKind.INDEX || object.id().kind() == ObjectKind.CONSTRAINT;
      if (isIndex && parent.get().equals(object.schema() + "." + object.simpleName())) {
        needs.add(Step.Id.of(object.id()));
      }
    }
    index.parent().ifPresent(table -> needs.add(new Step.Id(table, "partition")));
    later(
        index,
        "partition",
        Phase.INDEXES,
        List.of(
            "ALTER INDEX %s ATTACH PARTITION %s.%s"
                .formatted(parent.get(), index.schema(), index.simpleName())),
        needs);
  }

  private void addCopiedTrigger(CatalogObject trigger) {
    Set<Step.Id> needs = needs(trigger);
    snapshot.objects().stream()
        .filter(o -> o.id().kind() == ObjectKind.TRIGGER && !o.has("inherited"))
        .filter(o -> o.simpleName().equals(trigger.simpleName()))
        .forEach(o -> needs.add(Step.Id.of(o.id())));
    steps.add(
        new Step(
            Step.Id.of(trigger.id()),
            Phase.BEHAVIOUR,
            Arrays.asList(PartDdl.enabled(trigger, true)),
            needs));
  }
}
