package dev.gatewaydb.migrator;

/**
 * What a migrate would do.
 *
 * @param report as a migrate would give it
 * @param onScratch whether it ran on a scratch database with the same migrations, because something
 *     in it can't be rolled back; otherwise it ran on the database itself, took its locks there,
 *     and was rolled back
 */
public record DryRunReport(MigrateReport report, boolean onScratch) {}
