package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.dao.key.KeyFilter;
import dev.gatewaydb.dao.key.KeyPage;
import dev.gatewaydb.dao.key.KeyState;
import dev.gatewaydb.dao.key.PageToken;
import dev.gatewaydb.dao.key.Permission;
import dev.gatewaydb.dao.usage.Tier;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = "List keys, newest first, page by page.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb keys list",
      "  gwdb keys list --permission rpc_write --state active    who can write?",
      "  gwdb keys list --json | jq -r '.keys[].id'",
    })
final class KeysList extends KeysSubcommand {
  @Option(names = "--user", paramLabel = "UUID", description = "Only this user's.")
  private String user = "";

  @Option(names = "--address", paramLabel = "ADDRESS", description = "Only this address's.")
  private String address = "";

  @Option(names = "--tier", paramLabel = "TIER", description = "Only of this tier.")
  private @Nullable Tier tier;

  @Option(
      names = "--permission",
      paramLabel = "NEEDED",
      description = "Only those that allow this, by themselves or by a wider grant.")
  private String permission = "";

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only those that are active, inactive, expired or revoked.")
  private @Nullable KeyState state;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "How many at most, 1 to 1000; default ${DEFAULT-VALUE}.",
      defaultValue = "50")
  private int limit;

  @Option(
      names = "--after",
      paramLabel = "TOKEN",
      description = "Go on where the page before ended.")
  private String after = "";

  KeysList(Context context) {
    super(context);
  }

  @Override
  int run(ApiKeyStore store, DataSource source) {
    KeyPage page =
        store.list(
            filter(), Optional.of(after).filter(t -> !t.isEmpty()).map(PageToken::parse), limit);
    Console console = context.console();
    if (json) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      ArrayNode keys = root.putArray("keys");
      page.keys().forEach(key -> keys.add(KeyOutput.tree(key)));
      console.json(root.put("next", page.next().map(PageToken::toString).orElse(null)));
      return ExitCode.DONE;
    }
    if (page.keys().isEmpty()) {
      console.progress("no keys");
      return ExitCode.DONE;
    }
    KeyOutput.table(console, page.keys()).lines().forEach(console::result);
    page.next().ifPresent(next -> console.progress("More: --after " + next));
    return ExitCode.DONE;
  }

  private KeyFilter filter() {
    return new KeyFilter(
        KeyArgument.id("--user", user),
        address.isEmpty() ? Optional.empty() : Optional.of(EthereumAddress.parse(address)),
        Optional.ofNullable(tier),
        permission.isEmpty() ? Optional.empty() : Optional.of(Permission.of(permission)),
        Optional.ofNullable(state));
  }
}
