package dev.gatewaydb.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = "  source <(gwdb completion)")
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private final Context context;

  CompletionCommand(Context context) {
    this.context = context;
  }

  @Override
  public void run() {
    context.console().result(AutoComplete.bash("gwdb", spec.root().commandLine()));
  }
}
