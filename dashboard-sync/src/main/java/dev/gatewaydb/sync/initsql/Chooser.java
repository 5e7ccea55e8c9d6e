package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.schema.ExternalReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides what of a database belongs into the file. */
final class Chooser {
  private static final String FOREIGN_KEY = "f";

  private final InitSqlOptions options;

  Chooser(InitSqlOptions options) {
    this.options = options;
  }

  Wanted choose(SchemaSnapshot whole) {
    List<ConditionalKey> keys = conditionalKeys(whole);
    SchemaSnapshot ours = whole.withoutTables(options.history().bookkeepingTables());
    if (options.tables().isEmpty()) {
      ours = withoutKeysToNowhere(ours.withoutTables(options.neighbours()));
    } else {
      ours = ours.ofTables(options.tables());
    }
    Set<ObjectId> conditional = new HashSet<>();
    keys.forEach(key -> conditional.add(key.constraint().id()));
    ours = ours.filter(object -> !conditional.contains(object.id()));
    List<String> leftOut = new ArrayList<>();
    SchemaSnapshot possible = withoutImpossible(ours, leftOut);
    List<ConditionalKey> possibleKeys =
        keys.stream()
            .filter(key -> key.constraint().parent().flatMap(possible::find).isPresent())
            .toList();
    return new Wanted(possible, possibleKeys, leftOut);
  }

  private List<ConditionalKey> conditionalKeys(SchemaSnapshot whole) {
    List<ConditionalKey> keys = new ArrayList<>();
    for (CatalogObject object : whole.objects()) {
      reference(whole, object)
          .ifPresent(
              reference ->
                  keys.add(
                      new ConditionalKey(
                          object, reference.column(), reference.referencedColumn())));
    }
    return keys;
  }

  private Optional<ExternalReference> reference(SchemaSnapshot whole, CatalogObject object) {
    if (!FOREIGN_KEY.equals(object.facts().get("type"))) {
      return Optional.empty();
    }
    return options.references().stream()
        .filter(
            reference ->
                Sql.unquoted(object.simpleName()).equals(reference.constraintName())
                    && object
                        .parent()
                        .flatMap(whole::find)
                        .filter(t -> Sql.unquoted(t.simpleName()).equals(reference.table()))
                        .isPresent())
        .findFirst();
  }

  private static SchemaSnapshot withoutKeysToNowhere(SchemaSnapshot snapshot) {
    return snapshot.filter(
        object ->
            !FOREIGN_KEY.equals(object.facts().get("type"))
                || snapshot
                    .find(
                        new ObjectId(
                            ObjectKind.TABLE, object.facts().getOrDefault("references", "")))
                    .isPresent());
  }

  /** What can't be created, and what needs that, and so on. */
  private static SchemaSnapshot withoutImpossible(SchemaSnapshot ours, List<String> leftOut) {
    Set<ObjectId> gone = new HashSet<>();
    boolean more = true;
    while (more) {
      more = false;
      for (CatalogObject object : ours.objects()) {
        if (!gone.contains(object.id())) {
          Optional<String> reason = impossible(object, gone);
          if (reason.isPresent()) {
            gone.add(object.id());
            more = true;
            if (object.parent().filter(gone::contains).isEmpty()) {
              leftOut.add(object.id() + ": " + reason.get());
            }
          }
        }
      }
    }
    Parts parts = new Parts(ours);
    for (CatalogObject object : ours.objects()) {
      if (!gone.contains(object.id())) {
        Rebuild.notReproduced(object, parts.of(object.id(), ObjectKind.COLUMN))
            .forEach(note -> leftOut.add(object.id() + ": " + note));
      }
    }
    return ours.filter(object -> !gone.contains(object.id()));
  }

  private static Optional<String> impossible(CatalogObject object, Set<ObjectId> gone) {
    if (!Mention.isSupported(object.id().kind())) {
      return Optional.of("this kind of object can't be created by the file");
    }
    Optional<ObjectId> column =
        object.id().kind() == ObjectKind.TABLE
            ? gone.stream()
                .filter(id -> id.kind() == ObjectKind.COLUMN)
                .filter(id -> id.name().startsWith(object.id().name() + "."))
                .findFirst()
            : Optional.empty();
    return column
        .or(() -> object.needs().stream().filter(gone::contains).sorted().findFirst())
        .or(() -> object.parent().filter(gone::contains))
        .map(needed -> "it needs " + needed);
  }
}
