package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description = "Check, step by step, whether this database can be reached and migrated.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb doctor", "  gwdb doctor --json"})
final class DoctorCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  DoctorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Examination examination = new Examination(context, database);
    List<Finding> findings = examination.run();
    if (json) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      ArrayNode steps = root.putArray("steps");
      for (Finding finding : findings) {
        steps
            .addObject()
            .put("step", finding.step())
            .put("verdict", finding.verdict().label())
            .put("detail", finding.detail())
            .put("nextStep", finding.nextStep().isEmpty() ? null : finding.nextStep());
      }
      context.console().json(root);
    } else {
      findings.forEach(this::print);
    }
    return examination.exitCode();
  }

  private void print(Finding finding) {
    Console console = context.console();
    String verdict = "%-4s".formatted(finding.verdict().label());
    String painted =
        switch (finding.verdict()) {
          case OK -> console.good(verdict);
          case NOTE -> console.doubtful(verdict);
          case FAIL -> console.bad(verdict);
        };
    console.result("%s  %-11s %s".formatted(painted, finding.step(), finding.detail()));
    finding.nextStep().lines().forEach(line -> console.result(" ".repeat(18) + line));
  }
}
