package dev.gatewaydb.sync.server;

import dev.gatewaydb.migrator.check.Ownership;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.operate.health.HealthThresholds;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.sync.initsql.InitSqlOptions;
import java.util.function.Supplier;

/**
 * The database that a {@link StatusServer} is about.
 *
 * @param settings where it is
 * @param migrations that it is compared with
 * @param initSql what {@code /init.sql} holds, and where the history is
 * @param ownership whose tables are whose, for the search for drift
 * @param thresholds from where on something is worth a word
 * @param scratch starts a server for throw-away databases, which is closed after each use
 */
public record ServedDatabase(
    DatabaseSettings settings,
    MigrationSet migrations,
    InitSqlOptions initSql,
    Ownership ownership,
    HealthThresholds thresholds,
    Supplier<ScratchServer> scratch) {}
