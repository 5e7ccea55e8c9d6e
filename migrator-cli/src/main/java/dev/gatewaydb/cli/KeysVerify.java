package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.dao.key.Authentication;
import dev.gatewaydb.dao.key.Authentication.Denied;
import dev.gatewaydb.dao.key.Authentication.Granted;
import dev.gatewaydb.dao.key.Permission;
import dev.gatewaydb.migrator.error.FailedException;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "verify",
    description = {
      "Say whether a key is accepted and what it grants; exit 1 when it is denied. Counts nothing.",
      "The key comes from stdin or a prompt: as an argument, every process could read it.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb keys verify < key-file",
      "  gwdb keys verify --permission rpc_write",
    })
final class KeysVerify extends KeysSubcommand {
  private static final int LONGEST = 4096;

  @Option(
      names = "--permission",
      paramLabel = "NEEDED",
      description = "Also ask whether it allows this.")
  private String permission = "";

  KeysVerify(Context context) {
    super(context);
  }

  @Override
  int run(ApiKeyStore store, DataSource source) {
    Optional<Permission> required =
        permission.isEmpty() ? Optional.empty() : Optional.of(Permission.of(permission));
    Authentication answer = store.verify(read(), required);
    dev.gatewaydb.cli.Console console = context.console();
    switch (answer) {
      case Granted granted -> {
        if (json) {
          ObjectNode node = JsonNodeFactory.instance.objectNode().put("granted", true);
          node.putNull("reason").set("key", KeyOutput.tree(granted.key()));
          console.json(node);
        } else {
          console.result(console.good("granted") + ": " + KeyOutput.summary(granted.key()));
        }
        return ExitCode.DONE;
      }
      case Denied denied -> {
        if (json) {
          ObjectNode node = JsonNodeFactory.instance.objectNode().put("granted", false);
          console.json(node.put("reason", denied.reason().label()).putNull("key"));
        } else {
          console.result(console.bad("denied") + ": " + denied.reason().label());
        }
        return ExitCode.FOUND;
      }
    }
  }

  // Up to Java 21 it may be null.
  @SuppressWarnings("SystemConsoleNull")
  private static String read() {
    Console terminal = System.console();
    if (Boolean.getBoolean("gwdb.stdin.terminal") && terminal != null) {
      char[] typed = terminal.readPassword("API key: ");
      return typed == null ? "" : new String(typed).strip();
    }
    try {
      byte[] text = System.in.readNBytes(LONGEST);
      return new String(text, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new FailedException("can't read the key from stdin", "", e);
    }
  }
}
