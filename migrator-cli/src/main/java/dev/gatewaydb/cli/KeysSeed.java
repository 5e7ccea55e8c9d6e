package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.dao.key.DevelopmentKeys;
import dev.gatewaydb.dao.key.IssuedKey;
import dev.gatewaydb.dao.key.KeySettings;
import dev.gatewaydb.dao.key.Permissions;
import dev.gatewaydb.dao.key.SeedKeys;
import dev.gatewaydb.dao.key.SeedKeys.Seeded;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "seed",
    description = {
      "Make sure that a first key is there; run it as often as you like.",
      "A new one is printed once, alone on stdout; for one that is there already, nothing is.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb keys seed --email admin@example.com --tier scale",
      "  gwdb keys seed --dev    what local-dev makes",
    })
final class KeysSeed extends KeysSubcommand {
  private static final String NAME = "seed";

  @Mixin private ChangeOptions change = new ChangeOptions();

  @Option(names = "--email", paramLabel = "ADDRESS", description = "Whose key.")
  private String email = "";

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      description = "free, pro or scale; a key that is there gets it, too. Default: free.")
  private @Nullable Tier tier;

  @Option(
      names = "--permission",
      split = ",",
      paramLabel = "GRANT",
      description = "Of a new key; default: rpc. Repeatable.")
  private List<String> permissions = List.of("rpc");

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "The owner's Ethereum address, of a new key; default: all zero.")
  private String address = "";

  @Option(names = "--dev", description = "The three keys of a developer's database instead.")
  private boolean dev;

  KeysSeed(Context context) {
    super(context);
  }

  @Override
  int run(ApiKeyStore store, DataSource source) {
    if (dev == !email.isEmpty()) {
      throw new ConfigurationException("either --email or --dev is needed, and not both", "");
    }
    return dev ? development(source) : byEmail(store);
  }

  private int byEmail(ApiKeyStore store) {
    KeySettings settings =
        KeySettings.of(NAME, Permissions.of(permissions))
            .withLimits(KeyLimits.of(tier == null ? Tier.FREE : tier));
    Seeded seeded =
        new SeedKeys(store)
            .ensure(
                email,
                settings,
                address.isEmpty() ? Optional.empty() : Optional.of(EthereumAddress.parse(address)),
                change.changedBy());
    if (seeded.secret().isPresent()) {
      KeyOutput.issued(context.console(), new IssuedKey(seeded.key(), seeded.secret().get()), json);
    } else if (json) {
      context.console().json(KeyOutput.tree(seeded.key()).putNull("key"));
    } else {
      context.console().progress("already there: " + KeyOutput.summary(seeded.key()));
      context.console().progress("Only its hash is kept: 'gwdb keys rotate' gives it a new value.");
    }
    return ExitCode.DONE;
  }

  private int development(DataSource source) {
    List<IssuedKey> issued = DevelopmentKeys.seed(source, context.keyHasher());
    if (json) {
      ArrayNode keys = JsonNodeFactory.instance.arrayNode();
      issued.forEach(
          each -> keys.add(KeyOutput.tree(each.key()).put("key", each.secret().reveal())));
      context.console().json(JsonNodeFactory.instance.objectNode().set("keys", keys));
    } else if (issued.isEmpty()) {
      context.console().progress("all are there already; only their hashes are kept");
    } else {
      Table table = new Table("NAME", "PERMISSIONS", "KEY");
      issued.forEach(
          each ->
              table.row(
                  each.key().name(), each.key().permissions().toString(), each.secret().reveal()));
      table.lines().forEach(context.console()::result);
    }
    return ExitCode.DONE;
  }
}
