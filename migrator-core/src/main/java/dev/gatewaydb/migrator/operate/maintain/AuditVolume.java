package dev.gatewaydb.migrator.operate.maintain;

import java.time.LocalDate;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much an audit trail holds and how fast it grows.
 *
 * @param rows in the table, about
 * @param bytes of the table, its indexes included
 * @param days rows of each day in UTC that has some, within those looked at
 * @param rowsPerDay the average of the whole days looked at, or since the first row
 * @param bytesPerRow measured, or from {@link #GUIDE_BYTES} where there are too few rows
 * @param measured whether it was measured
 */
public record AuditVolume(
    long rows,
    long bytes,
    SortedMap<LocalDate, Long> days,
    double rowsPerDay,
    double bytesPerRow,
    boolean measured) {
  /** Rack Gateway's guide: about 5 GB a year for 1,000 events a day. */
  public static final double GUIDE_BYTES = 5e9 / 365_000;

  /** Copies the days. */
  public AuditVolume {
    days = Collections.unmodifiableSortedMap(new TreeMap<>(days));
  }

  /** What so many days of it take. */
  public double bytesFor(long keptDays) {
    return rowsPerDay * bytesPerRow * keptDays;
  }
}
