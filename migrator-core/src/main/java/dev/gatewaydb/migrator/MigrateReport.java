package dev.gatewaydb.migrator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a migrate did.
 *
 * @param applied in the order they ran; empty when nothing was pending
 * @param fromVersion the newest applied version before; empty on a new database
 * @param toVersion the newest applied version after; empty when there are no migrations at all
 * @param pending how many are left to apply, for example above the target
 * @param duration wall time, waiting for the lock included
 */
public record MigrateReport(
    List<Applied> applied,
    Optional<String> fromVersion,
    Optional<String> toVersion,
    int pending,
    Duration duration) {
  /** Copies the list. */
  public MigrateReport {
    applied = List.copyOf(applied);
  }

  /**
   * One migration that ran.
   *
   * @param version with dots; empty for a repeatable one
   * @param description words, as in the file's name
   * @param duration how long it ran, to the millisecond
   */
  public record Applied(Optional<String> version, String description, Duration duration) {}
}
