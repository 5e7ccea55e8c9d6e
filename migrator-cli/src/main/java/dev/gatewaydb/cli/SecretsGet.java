package dev.gatewaydb.cli;

import dev.gatewaydb.dao.NotFoundException;
import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.secret.SecretId;
import dev.gatewaydb.dao.secret.SecretStore;
import dev.gatewaydb.dao.secret.StoredSecret;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "get",
    description = {
      "Print a secret of a policy client, for development.",
      "Its value goes to stdout as it is, revision and version to stderr.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb secrets get --policy-client 0x5aAe… --policy-data 0xfB69… --chain-id 1 > file",
    })
final class SecretsGet implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private SecretIdOptions secret = new SecretIdOptions();

  private final Context context;

  SecretsGet(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    SecretKeys keys = new SecretKeys(context);
    SecretId id = secret.id();
    try (OneConnectionDataSource one = OneConnectionDataSource.open(context.settings(database))) {
      StoredSecret stored =
          new SecretStore(one, keys.ring(false), keys.writing())
              .get(id)
              .orElseThrow(() -> new NotFoundException("there is no secret " + id, ""));
      try (SecretBytes value = stored.value()) {
        context
            .console()
            .progress(
                "revision %d, version %d"
                    .formatted(stored.info().revision(), stored.info().version().number()));
        context.console().bytes(value.reveal());
      }
      return ExitCode.DONE;
    }
  }
}
