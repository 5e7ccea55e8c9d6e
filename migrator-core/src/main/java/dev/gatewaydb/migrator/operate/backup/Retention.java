package dev.gatewaydb.migrator.operate.backup;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Which backups to keep: for this long the newest of each hour, for this long the newest of each
 * day, and of each week, by UTC and ISO 8601. Zero keeps none for that reason.
 */
public record Retention(Duration hourly, Duration daily, Duration weekly) {
  /** Rack Gateway's table: 24 hours, 30 days, a year. */
  public static final Retention DEFAULT =
      new Retention(Duration.ofHours(24), Duration.ofDays(30), Duration.ofDays(365));

  /**
   * Those that no rule keeps, oldest first. The newest of all is always kept, and so is the newest
   * that was verified. Backups of another database or table are kept as if the others weren't
   * there.
   *
   * @param whole backups with their manifests, in any order
   */
  List<BackupManifest> expired(List<BackupManifest> whole, Instant now) {
    Set<BackupManifest> kept = new HashSet<>();
    whole.stream().map(Retention::series).distinct().forEach(s -> keep(s, whole, now, kept));
    return whole.stream()
        .filter(backup -> !kept.contains(backup))
        .sorted(Comparator.comparing(BackupManifest::createdAt))
        .toList();
  }

  private void keep(
      String series, List<BackupManifest> whole, Instant now, Set<BackupManifest> kept) {
    List<BackupManifest> newestFirst = new ArrayList<>(whole);
    newestFirst.removeIf(backup -> !series(backup).equals(series));
    newestFirst.sort(
        Comparator.comparing(BackupManifest::createdAt)
            .thenComparing(BackupManifest::file)
            .reversed());
    kept.add(newestFirst.getFirst());
    newestFirst.stream().filter(b -> b.verifiedAt().isPresent()).findFirst().ifPresent(kept::add);
    keep(newestFirst, now.minus(hourly), t -> "" + t.truncatedTo(ChronoUnit.HOURS), kept);
    keep(newestFirst, now.minus(daily), t -> "" + t.toLocalDate(), kept);
    keep(newestFirst, now.minus(weekly), Retention::week, kept);
  }

  private static void keep(
      List<BackupManifest> newestFirst,
      Instant since,
      Function<ZonedDateTime, String> period,
      Set<BackupManifest> kept) {
    Set<String> seen = new HashSet<>();
    for (BackupManifest backup : newestFirst) {
      if (backup.createdAt().isAfter(since)
          && seen.add(period.apply(backup.createdAt().atZone(ZoneOffset.UTC)))) {
        kept.add(backup);
      }
    }
  }

  private static String week(ZonedDateTime time) {
    return time.get(IsoFields.WEEK_BASED_YEAR) + "-" + time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
  }

  static String series(BackupManifest backup) {
    return backup.database() + "\0" + backup.table().orElse("");
  }
}
