package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gatewaydb.dao.key.ApiKeyStore;
import java.time.Duration;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "purge",
    description = {
      "Delete keys that were revoked or have expired long ago, and their usage with them.",
      "What was done to them stays on record.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb keys purge --dry-run",
      "  gwdb keys purge --older-than 365d --yes --reason 'yearly clean-up'",
    })
final class KeysPurge extends KeysSubcommand {
  @Mixin private ChangeOptions change = new ChangeOptions();
  @Mixin private Confirmation confirmation = new Confirmation();

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      converter = DaysConverter.class,
      defaultValue = "90d",
      description = "Revoked or expired for at least this long; default ${DEFAULT-VALUE}.")
  private Duration olderThan = Duration.ZERO;

  @Option(names = "--dry-run", description = "Only say how many.")
  private boolean dryRun;

  KeysPurge(Context context) {
    super(context);
  }

  @Override
  int run(ApiKeyStore store, DataSource source) {
    int there = store.purgeable(olderThan);
    int purged = 0;
    if (!dryRun && there > 0) {
      confirmation.require(
          context.console(), "%d keys and their usage to be deleted".formatted(there));
      purged = store.purge(olderThan, change.changedBy());
    }
    if (json) {
      context
          .console()
          .json(JsonNodeFactory.instance.objectNode().put("found", there).put("purged", purged));
    } else {
      context
          .console()
          .result(dryRun ? "%d would be deleted".formatted(there) : purged + " deleted");
    }
    return ExitCode.DONE;
  }
}
