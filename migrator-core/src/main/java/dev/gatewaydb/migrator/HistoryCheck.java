package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.MigrationStatus.Entry;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Refuses to migrate while files and history disagree: each disagreement has its own way out. */
final class HistoryCheck {
  private HistoryCheck() {}

  static void requireSound(MigrationStatus status) {
    in(status, MigrationState.FAILED)
        .ifPresent(
            names -> {
              throw new NeedsPersonException(
                  "an earlier run failed outside a transaction and left part of its work: " + names,
                  "Look at what it did, finish or undo it by hand, then clear its row with 'gwdb repair'.",
                  null);
            });
    refuse(
        status,
        MigrationState.FUTURE,
        "the database is ahead of this build; applied and unknown here: ",
        "Run a build that has these migrations, or revert them with the build that does.");
    refuse(
        status,
        MigrationState.MISSING,
        "applied migrations whose files are gone: ",
        "Restore the files from version control; an applied migration is never deleted.");
    refuse(
        status,
        MigrationState.EDITED,
        "applied migrations whose files were edited since: ",
        "Restore the files as they were applied, and put the change into a new migration.");
    refuse(
        status,
        MigrationState.LATE,
        "migrations older than the newest applied one were never applied: ",
        "Give them a newer version, so that every database runs them in the same order, or apply them with --out-of-order.");
  }

  private static void refuse(
      MigrationStatus status, MigrationState state, String cause, String nextStep) {
    in(status, state)
        .ifPresent(
            names -> {
              throw new RefusedException(cause + names, nextStep, null);
            });
  }

  private static Optional<String> in(MigrationStatus status, MigrationState state) {
    List<Entry> found = status.entries().stream().filter(e -> e.state() == state).toList();
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(found.stream().map(Entry::script).collect(Collectors.joining(", ")));
  }
}
