package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.ref.EncryptedRefStore;
import dev.gatewaydb.dao.ref.RefInfo;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = "List encrypted references without their data, in the order of their ids.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb refs list", "  gwdb refs list --expired --limit 1000 --json"})
final class RefsList implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(names = "--expired", description = "Only those that have expired.")
  private boolean expired;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many at most, 1 to 1000; default ${DEFAULT-VALUE}.")
  private int limit;

  @Option(
      names = "--after",
      paramLabel = "ID",
      description = "Go on after this reference, the last one of the page before.")
  private String after = "";

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  RefsList(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws Exception {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(context.settings(database))) {
      List<RefInfo> refs =
          new EncryptedRefStore(one).list(expired, KeyArgument.id("--after", after), limit);
      if (json) {
        context.console().json(tree(refs));
      } else {
        print(refs);
      }
      return ExitCode.DONE;
    }
  }

  private ObjectNode tree(List<RefInfo> refs) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode array = root.putArray("refs");
    for (RefInfo ref : refs) {
      array
          .addObject()
          .put("id", ref.id().toString())
          .put("sender", ref.scope().sender().toString())
          .put("policyClient", ref.scope().policyClient().toString())
          .put("recipient", ref.scope().recipient().toString())
          .put("chainId", ref.chainId().orElse(null))
          .put("bytes", ref.bytes())
          .put("createdAt", ref.created().toString())
          .put("expiresAt", ref.expires().map(Instant::toString).orElse(null));
    }
    return root.put("next", next(refs).orElse(null));
  }

  /** Where the list goes on; empty when the page is not full. */
  private Optional<String> next(List<RefInfo> refs) {
    return refs.size() < limit ? Optional.empty() : Optional.of(refs.getLast().id().toString());
  }

  private void print(List<RefInfo> refs) {
    Console console = context.console();
    Table table = new Table("ID", "SENDER", "POLICY CLIENT", "CHAIN", "BYTES", "EXPIRES");
    for (RefInfo ref : refs) {
      table.row(
          ref.id().toString(),
          ref.scope().sender().toString(),
          ref.scope().policyClient().toString(),
          ref.chainId().map(String::valueOf).orElse("-"),
          Integer.toString(ref.bytes()),
          KeyOutput.brief(ref.expires(), "never"));
    }
    table.lines().forEach(console::result);
    next(refs).ifPresent(id -> console.progress("There may be more: --after " + id));
  }
}
