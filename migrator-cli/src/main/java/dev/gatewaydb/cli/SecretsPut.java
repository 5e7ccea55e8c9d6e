package dev.gatewaydb.cli;

import dev.gatewaydb.dao.crypto.SecretBytes;
import dev.gatewaydb.dao.secret.SecretStore;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "put",
    description = {
      "Store a secret of a policy client, for development. Prints its new revision.",
      "The value comes from stdin as it is, line ends included; at most 65536 bytes.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb secrets put --policy-client 0x5aAe… --policy-data 0xfB69… --chain-id 1 < file",
      "  gwdb secrets put --policy-client 0x5aAe… --policy-data 0xfB69… --chain-id 1 --replaces 3 < file",
    })
final class SecretsPut implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private SecretIdOptions secret = new SecretIdOptions();

  @Option(
      names = "--replaces",
      paramLabel = "REVISION",
      defaultValue = "0",
      description = "The present revision, which the value replaces; default: it is a new secret.")
  private long replaces;

  private final Context context;

  SecretsPut(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    SecretKeys keys = new SecretKeys(context);
    var ring = keys.ring(false);
    var writing = keys.writing();
    try (SecretBytes value =
            SecretBytes.of(StandardInput.read("the secret", SecretStore.MOST_BYTES));
        OneConnectionDataSource one = OneConnectionDataSource.open(context.settings(database))) {
      long revision = new SecretStore(one, ring, writing).put(secret.id(), value, replaces);
      context.console().result(Long.toString(revision));
      return ExitCode.DONE;
    }
  }
}
