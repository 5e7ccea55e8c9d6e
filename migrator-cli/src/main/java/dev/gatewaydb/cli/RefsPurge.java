package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gatewaydb.dao.ref.EncryptedRefStore;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "purge",
    description = {
      "Delete encrypted references that have expired; they don't resolve any more as it is.",
      "Doesn't ask.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb refs purge --dry-run", "  gwdb refs purge"})
final class RefsPurge implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(names = "--dry-run", description = "Only say how many.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  RefsPurge(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(context.settings(database))) {
      EncryptedRefStore store = new EncryptedRefStore(one);
      long found = dryRun ? store.expired() : 0;
      long purged = dryRun ? 0 : store.purge();
      if (json) {
        context
            .console()
            .json(
                JsonNodeFactory.instance
                    .objectNode()
                    .put("found", dryRun ? found : purged)
                    .put("purged", purged));
      } else {
        context
            .console()
            .result(dryRun ? "%d would be deleted".formatted(found) : purged + " deleted");
      }
      return ExitCode.DONE;
    }
  }
}
