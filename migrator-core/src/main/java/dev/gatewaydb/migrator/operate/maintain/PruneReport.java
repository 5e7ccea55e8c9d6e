package dev.gatewaydb.migrator.operate.maintain;

import java.time.Duration;

/**
 * What became of a rule.
 *
 * @param deleted rows
 * @param left rows that should have gone and stay, because others have them locked or a trigger
 *     keeps them; counted up to 10,001
 * @param batches transactions
 * @param longest batch: for so long, at most, were rows locked
 * @param elapsed from the first batch to the last
 */
public record PruneReport(
    long deleted, long left, long batches, Duration longest, Duration elapsed) {
  /** Nothing done yet. */
  static final PruneReport NONE = new PruneReport(0, 0, 0, Duration.ZERO, Duration.ZERO);

  PruneReport plus(PruneReport other) {
    return new PruneReport(
        deleted + other.deleted,
        left + other.left,
        batches + other.batches,
        longest.compareTo(other.longest) > 0 ? longest : other.longest,
        elapsed.plus(other.elapsed));
  }
}
