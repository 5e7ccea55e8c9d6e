package dev.gatewaydb.cli;

import dev.gatewaydb.dao.key.ChangedBy;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Who changes a key and why. Neither is asked for: in an incident nothing stands in the way. */
final class ChangeOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who does it, for the record; default: the user that runs this.")
  private String by = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  ChangedBy changedBy() {
    String user = System.getProperty("user.name", "");
    return new ChangedBy(
        by.isBlank() ? (user.isBlank() ? "unknown" : user) : by,
        reason.isBlank() ? "(none given) " + command.qualifiedName() : reason);
  }
}
