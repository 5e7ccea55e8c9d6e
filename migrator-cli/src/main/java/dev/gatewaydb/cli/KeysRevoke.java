package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gatewaydb.dao.key.ApiKey;
import dev.gatewaydb.dao.key.ApiKeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "revoke",
    description = {
      "Take keys back, for good, on every instance within milliseconds. Doesn't ask.",
      "A key that is revoked already is no error.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb keys revoke gw_live_AbCd --reason 'found in a public repository'",
      "  gwdb keys revoke --previous gw_live_AbCd    only what it was before its rotation",
    })
final class KeysRevoke extends KeysSubcommand {
  @Mixin private ChangeOptions change = new ChangeOptions();

  @Parameters(paramLabel = "KEY", arity = "1..*", description = KeyArgument.DESCRIPTION)
  private List<String> arguments = List.of();

  @Option(
      names = "--previous",
      description = "Only the earlier values of rotated keys; the current ones go on working.")
  private boolean previous;

  KeysRevoke(Context context) {
    super(context);
  }

  @Override
  int run(ApiKeyStore store, DataSource source) {
    // All are looked for before the first is revoked: a slip stops the whole.
    List<ApiKey> keys = new ArrayList<>();
    arguments.forEach(argument -> keys.add(KeyArgument.find(store, argument)));
    Console console = context.console();
    ArrayNode revoked = JsonNodeFactory.instance.arrayNode();
    for (ApiKey key : keys) {
      if (previous) {
        int values = store.revokePrevious(key.id(), change.changedBy());
        revoked.add(KeyOutput.tree(key).put("previousValuesRevoked", values));
        say(console, "%d earlier values of %s revoked".formatted(values, key.shown()));
      } else {
        ApiKey after = store.revoke(key.id(), change.changedBy());
        revoked.add(KeyOutput.tree(after));
        say(console, "revoked " + KeyOutput.summary(after));
      }
    }
    if (json) {
      console.json(JsonNodeFactory.instance.objectNode().set("keys", revoked));
    }
    return ExitCode.DONE;
  }

  private void say(Console console, String line) {
    if (!json) {
      console.result(line);
    }
  }
}
