package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.operate.backup.Retention;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [backup]}.
 *
 * @param directory where backups go; empty when not given
 * @param retention which ones {@code prune} keeps
 */
public record BackupSection(Optional<Path> directory, Retention retention) {
  private static final int MOST_DAYS = 36_500;

  static BackupSection from(TomlTable table) {
    Retention usual = Retention.DEFAULT;
    return new BackupSection(
        table.path("directory"),
        new Retention(
            Duration.ofHours(
                table.integer("hourly_hours", 0, MOST_DAYS * 24, (int) usual.hourly().toHours())),
            days(table, "daily_days", usual.daily()),
            days(table, "weekly_days", usual.weekly())));
  }

  private static Duration days(TomlTable table, String key, Duration usual) {
    return Duration.ofDays(table.integer(key, 0, MOST_DAYS, (int) usual.toDays()));
  }
}
