package dev.gatewaydb.dao.key;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.schema.GatewaySchema;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** A migrated database on a scratch server of its own. */
final class BenchmarkDatabase implements AutoCloseable {
  private final ScratchServer server;
  private final ScratchDatabase database;

  private BenchmarkDatabase(ScratchServer server) {
    this.server = server;
    this.database = server.create();
  }

  static BenchmarkDatabase start() {
    Path cache = Path.of(System.getProperty("user.home"), ".cache", "gwdb");
    BenchmarkDatabase started = new BenchmarkDatabase(ScratchServer.embedded(cache));
    ClassLoader loader = BenchmarkDatabase.class.getClassLoader();
    new Migrator(started.dataSource(), MigrationSet.onClassPath(loader, GatewaySchema.migrationsLocation())).migrate();
    return started;
  }

  DataSource dataSource() {
    return database.dataSource();
  }

  HikariDataSource pool(int size) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(size);
    return new HikariDataSource(config);
  }

  /** Their values; without limits that would matter. */
  String[] createKeys(int count) {
    try (HikariDataSource pool = pool(1)) {
      ApiKeyStore store = new ApiKeyStore(pool, KeyHasher.PLAIN);
      KeyLimits limits =
          KeyLimits.of(Tier.SCALE)
              .withRateLimitPerMinute(Optional.of(2_000_000_000))
              .withBurst(Optional.of(2_000_000_000))
              .withMonthlyQuota(Optional.of(Long.MAX_VALUE));
      KeySettings settings =
          KeySettings.of("benchmark", Permissions.of("rpc")).withLimits(limits);
      EthereumAddress address = EthereumAddress.of(new byte[EthereumAddress.BYTES]);
      ChangedBy by = new ChangedBy("benchmark", "to measure");
      String[] secrets = new String[count];
      for (int i = 0; i < count; i++) {
        NewKey key = new NewKey(UUID.randomUUID(), address, KeyEnvironment.LIVE, settings);
        secrets[i] = store.create(key, by).secret().reveal();
      }
      return secrets;
    }
  }

  @Override
  public void close() {
    database.close();
    server.close();
  }
}
