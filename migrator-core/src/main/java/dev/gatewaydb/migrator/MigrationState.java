package dev.gatewaydb.migrator;

import java.util.Locale;

/** Where a migration stands, files and history taken together. */
public enum MigrationState {
  /** In the files, not in the history: the next migrate applies it. */
  PENDING,
  /** Applied, and the file is as it was then. */
  APPLIED,
  /** Applied after a later version. */
  OUT_OF_ORDER,
  /** Applied, but the file's text has changed since. */
  EDITED,
  /** Applied, but its file is gone. */
  MISSING,
  /** Applied by a newer build: above every version in the files. */
  FUTURE,
  /** In the files, below the current version, never applied. */
  LATE,
  /** Started outside a transaction by plain Flyway and did not finish. */
  FAILED,
  /**
   * Runs outside a transaction, and failed or was killed in the middle: the next migrate goes on
   * where it stopped.
   */
  INTERRUPTED,
  /** The version from which the history starts; older files are taken as applied. */
  BASELINE,
  /** At or below the baseline: taken as applied. */
  BELOW_BASELINE,
  /** A repeatable migration whose file has changed: the next migrate runs it again. */
  OUTDATED,
  /** An older run of a repeatable migration, or a row that was reverted: history only. */
  SUPERSEDED;

  /** Lower case with hyphens, as shown and in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether the next migrate would run it. */
  public boolean isPending() {
    return this == PENDING || this == INTERRUPTED || this == OUTDATED;
  }
}
