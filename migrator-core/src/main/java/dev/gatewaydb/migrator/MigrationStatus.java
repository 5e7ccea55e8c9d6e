package dev.gatewaydb.migrator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All migrations of the files and of the history.
 *
 * @param entries versioned ones by version, then repeatable ones
 */
public record MigrationStatus(List<Entry> entries) {
  /** Copies the list. */
  public MigrationStatus {
    entries = List.copyOf(entries);
  }

  /**
   * One migration.
   *
   * @param version as the project writes it; empty for a repeatable one
   * @param description words, as in the file's name
   * @param script the file's path in the folder, as recorded when applied
   * @param state where it stands
   * @param checksum Flyway's CRC-32 of the file now, or as recorded when the file is gone
   * @param installedOn when it was applied, if by a JVM in the same time zone: Flyway's table keeps
   *     the local time alone
   * @param installedBy the database user that applied it
   * @param duration how long it ran, to the millisecond
   * @param reversible whether a down script exists
   * @param reached how far an interrupted one has come
   */
  public record Entry(
      Optional<String> version,
      String description,
      String script,
      MigrationState state,
      Optional<Integer> checksum,
      Optional<Instant> installedOn,
      Optional<String> installedBy,
      Optional<Duration> duration,
      boolean reversible,
      Optional<Reached> reached) {}

  /**
   * The last statement that was started of a script outside a transaction.
   *
   * @param statement from 1
   * @param state {@code failed}; {@code started}: it runs, or was killed; {@code done}: the one
   *     after it was not started any more
   */
  public record Reached(int statement, String state) {}

  /** Those that the next migrate would run. */
  public List<Entry> pending() {
    return entries.stream().filter(e -> e.state().isPending()).toList();
  }

  /** Those that make migrate refuse: edited, missing, from the future, late or failed. */
  public List<Entry> unsound() {
    return entries.stream()
        .filter(
            e ->
                switch (e.state()) {
                  case EDITED, MISSING, FUTURE, LATE, FAILED -> true;
                  default -> false;
                })
        .toList();
  }

  /**
   * Does nothing when the next migrate would go ahead.
   *
   * @throws dev.gatewaydb.migrator.error.RefusedException as migrate would, naming the files
   * @throws dev.gatewaydb.migrator.error.NeedsPersonException for one that failed outside a
   *     transaction
   */
  public void requireSound() {
    HistoryCheck.requireSound(this);
  }

  /** How many are applied, repeatable ones included. */
  public long applied() {
    return entries.stream().filter(e -> isApplied(e.state())).count();
  }

  /** The newest applied version; empty on an empty history. */
  public Optional<String> currentVersion() {
    return entries.stream()
        .filter(e -> e.version().isPresent() && isApplied(e.state()))
        .reduce((older, newer) -> newer)
        .flatMap(Entry::version);
  }

  /**
   * Whether this version is applied, whatever else is said of it.
   *
   * @param version as the project writes it
   */
  public boolean isApplied(String version) {
    return entries.stream()
        .anyMatch(e -> isApplied(e.state()) && e.version().orElse("").equals(version));
  }

  static boolean isApplied(MigrationState state) {
    return switch (state) {
      case APPLIED, OUT_OF_ORDER, EDITED, MISSING, FUTURE, BASELINE -> true;
      case PENDING, INTERRUPTED, LATE, FAILED, BELOW_BASELINE, OUTDATED, SUPERSEDED -> false;
    };
  }
}
