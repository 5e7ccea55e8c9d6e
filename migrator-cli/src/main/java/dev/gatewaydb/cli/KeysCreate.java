package dev.gatewaydb.cli;

import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.dao.key.KeyEnvironment;
import dev.gatewaydb.dao.key.KeySettings;
import dev.gatewaydb.dao.key.NewKey;
import dev.gatewaydb.dao.key.Permissions;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "create",
    description = {
      "Issue a key. Its value is printed once, alone on stdout; only a hash is stored.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb keys create --user 7f6c… --address 0x5aAe… --name indexer --permission rpc_read",
      "  gwdb keys create --user 7f6c… --address 0x5aAe… --name ops --permission admin"
          + " --tier scale --expires 90d",
      "  KEY=$(gwdb keys create …)",
    })
final class KeysCreate extends KeysSubcommand {
  @Mixin private KeyLimitOptions limits = new KeyLimitOptions();
  @Mixin private ChangeOptions change = new ChangeOptions();

  @Option(
      names = "--user",
      required = true,
      paramLabel = "UUID",
      description = "The owner's id, as in the dashboard's table of users.")
  private String user = "";

  @Option(
      names = "--address",
      required = true,
      paramLabel = "ADDRESS",
      description = "The owner's Ethereum address, 0x and 40 digits; a checksum is verified.")
  private String address = "";

  @Option(
      names = "--name",
      required = true,
      paramLabel = "TEXT",
      description = "What to call it, 1 to 200 characters.")
  private String name = "";

  @Option(
      names = "--permission",
      required = true,
      split = ",",
      paramLabel = "GRANT",
      description =
          "admin, rpc, rpc_read, rpc_write or scope:resource:action, where a segment may be *;"
              + " repeatable.")
  private List<String> permissions = List.of();

  @Option(
      names = "--expires",
      paramLabel = "WHEN",
      converter = KeyExpiry.Converter.class,
      description = "In 90d or 12h, on 2027-01-31 (0:00 UTC), or never, which is the default.")
  private @Nullable KeyExpiry expires;

  @Option(
      names = "--test",
      description = "For development: the key begins with gw_test_ instead of gw_live_.")
  private boolean test;

  KeysCreate(Context context) {
    super(context);
  }

  @Override
  int run(ApiKeyStore store, DataSource source) {
    Faults faults = new Faults();
    var owner = faults.in("--user", () -> KeyArgument.uuid("--user", user));
    var contract = faults.in("--address", () -> EthereumAddress.parse(address));
    var grants = faults.in("--permission", () -> Permissions.of(permissions));
    var settings = grants.flatMap(granted -> faults.in("", () -> settings(store, granted)));
    faults.requireNone();
    NewKey wanted =
        new NewKey(
            owner.orElseThrow(),
            contract.orElseThrow(),
            test ? KeyEnvironment.TEST : KeyEnvironment.LIVE,
            settings.orElseThrow());
    KeyOutput.issued(context.console(), store.create(wanted, change.changedBy()), json);
    return ExitCode.DONE;
  }

  private KeySettings settings(ApiKeyStore store, Permissions granted) {
    return new KeySettings(
        name,
        granted,
        limits.appliedTo(KeyLimits.of(Tier.FREE)),
        expires == null ? Optional.empty() : expires.from().apply(store.now()));
  }
}
