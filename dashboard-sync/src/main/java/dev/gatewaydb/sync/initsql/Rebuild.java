package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.Difference;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaDifference;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Creates a schema from its own file, to see what comes out. PostgreSQL writes some expressions in
 * another way after they have been loaded from what it wrote before; the file has that second
 * spelling, which stays.
 */
final class Rebuild {
  /** Depends on the server and its roles rather than on the file. */
  private static final Set<String> OUTSIDE =
      Set.of("owner", "privileges", "version", "tablespace", "invalid", "column order");

  private static final String SECURITY_LABEL = "security label";

  private final ScratchServer scratch;

  Rebuild(ScratchServer scratch) {
    this.scratch = scratch;
  }

  /**
   * What the file does not take over from an object, in words.
   *
   * @param columns of a table, in their order
   */
  static List<String> notReproduced(CatalogObject object, List<CatalogObject> columns) {
    List<String> notes = new ArrayList<>();
    boolean own = false;
    boolean declaresAll = columns.stream().noneMatch(TableDdl::isOfParentAlone);
    for (CatalogObject column :
        object.has("inherits") && !declaresAll ? columns : List.<CatalogObject>of()) {
      if (own && column.has("inherited")) {
        notes.add("its inherited columns come before its own");
        break;
      }
      own |= !column.has("inherited");
    }
    object.property("tablespace").ifPresent(t -> notes.add("not in the tablespace " + t));
    if (object.has("invalid") && !object.property("definition").orElse("").contains(" ON ONLY ")) {
      notes.add("is invalid here, and made anew by the file");
    }
    object.properties().keySet().stream()
        .filter(word -> word.startsWith(SECURITY_LABEL))
        .forEach(word -> notes.add("without its " + word));
    return notes;
  }

  /**
   * The body of a file that creates exactly what is wanted.
   *
   * @throws FailedException when it doesn't, which is a fault of ours
   */
  String body(Wanted wanted) {
    SchemaSnapshot first = wanted.schema();
    String body = InitSqlText.body(first, first, wanted.keys());
    SchemaSnapshot second = respelled(first, body);
    if (second.objects().equals(first.objects())) {
      return body;
    }
    body = InitSqlText.body(second, first, wanted.keys());
    requireSame(second, load(second, body));
    return body;
  }

  /** The same schema as it is written once it has been loaded from the file. */
  SchemaSnapshot respelled(Wanted wanted) {
    SchemaSnapshot first = wanted.schema();
    return respelled(first, InitSqlText.body(first, first, wanted.keys()));
  }

  private SchemaSnapshot respelled(SchemaSnapshot first, String body) {
    SchemaSnapshot loaded = load(first, body);
    requireSame(first, loaded);
    return first.map(
        object ->
            loaded.find(object.id()).map(other -> withSpelling(object, other)).orElse(object));
  }

  private static CatalogObject withSpelling(CatalogObject object, CatalogObject spelling) {
    Map<String, String> properties = new LinkedHashMap<>(object.properties());
    properties.replaceAll(
        (word, value) -> OUTSIDE.contains(word) ? value : spelling.property(word).orElse(value));
    return object.withProperties(properties);
  }

  private static void requireSame(SchemaSnapshot wanted, SchemaSnapshot loaded) {
    SchemaDifference difference =
        SchemaDifference.between(wanted, loaded).without(Rebuild::isOutside);
    // Spelling apart: what is written in another way must at least be there.
    Set<ObjectId> changed = new HashSet<>();
    difference.differences().stream()
        .filter(d -> d.change() != Difference.Change.CHANGED || !isSpelling(d))
        .forEach(d -> changed.add(d.object()));
    if (!changed.isEmpty()) {
      throw new FailedException(
          "the generated file doesn't create the schema that it was generated from:\n"
              + difference
                  .without(d -> !changed.contains(d.object()))
                  .toText("wanted", "created")
                  .stripTrailing(),
          "Please report this with the objects named above.",
          null);
    }
  }

  private static boolean isOutside(Difference difference) {
    return OUTSIDE.contains(difference.property())
        || difference.property().startsWith(SECURITY_LABEL)
        || difference.object().kind() == ObjectKind.DEFAULT_PRIVILEGES;
  }

  private static boolean isSpelling(Difference difference) {
    return switch (difference.property()) {
      case "definition", "default", "generated", "using", "with check", "partition bound" ->
          !difference.expected().isEmpty() && !difference.actual().isEmpty();
      default -> false;
    };
  }

  private SchemaSnapshot load(SchemaSnapshot wanted, String body) {
    try (ScratchRoles roles = ScratchRoles.of(scratch, wanted);
        ScratchDatabase database = scratch.create();
        Connection connection = database.dataSource().getConnection()) {
      SqlScript.of(body).run(connection);
      return SchemaSnapshot.read(connection)
          .filter(
              object ->
                  object.id().kind() != ObjectKind.SCHEMA || wanted.find(object.id()).isPresent());
    } catch (SQLException e) {
      throw new FailedException(
          "the generated file can't be loaded: " + e.getMessage(),
          "Please report this with the objects that the message names.",
          e);
    }
  }
}
