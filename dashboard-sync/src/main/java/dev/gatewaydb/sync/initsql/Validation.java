package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.SchemaDifference;
import java.util.List;
import java.util.Optional;

/**
 * What a check of an init SQL file found.
 *
 * @param intact whether it is as it was generated; empty for a file that was not generated
 * @param loadFailure why it can't be loaded into an empty database, with the line; empty when it
 *     can
 * @param difference the migrations' schema, expected, against the file's
 * @param secondLoadFailure why it can't be loaded again; empty when it can
 * @param changedBySecondLoad objects that loading it again made anew or rewrote
 * @param missingKeys foreign keys that did not appear next to the other systems' tables, a line
 *     each
 */
public record Validation(
    Optional<Boolean> intact,
    Optional<String> loadFailure,
    SchemaDifference difference,
    Optional<String> secondLoadFailure,
    List<String> changedBySecondLoad,
    List<String> missingKeys) {
  /** Copies the lists. */
  public Validation {
    changedBySecondLoad = List.copyOf(changedBySecondLoad);
    missingKeys = List.copyOf(missingKeys);
  }

  static Validation notLoadable(Optional<Boolean> intact, String failure) {
    return new Validation(
        intact,
        Optional.of(failure),
        SchemaDifference.none(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  /**
   * Whether the file does what it has to. A file that was not generated, such as a dump, need not
   * be one that can be loaded twice.
   */
  public boolean isGood() {
    boolean generated = intact.isPresent();
    return loadFailure.isEmpty()
        && difference.isEmpty()
        && changedBySecondLoad.isEmpty()
        && missingKeys.isEmpty()
        && !(generated && secondLoadFailure.isPresent());
  }
}
