package dev.gatewaydb.cli;

import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.dao.key.KeyHasher;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands about keys have in common: one connection, and a store on it. */
abstract class KeysSubcommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  boolean json;

  final Context context;

  KeysSubcommand(Context context) {
    this.context = context;
  }

  /** Returns the exit code. */
  abstract int run(ApiKeyStore store, DataSource source);

  @Override
  public final Integer call() throws Exception {
    DatabaseSettings settings = context.settings(database);
    KeyHasher hasher = context.keyHasher();
    try (OneConnectionDataSource one = OneConnectionDataSource.open(settings)) {
      return run(new ApiKeyStore(one, hasher), one);
    }
  }
}
