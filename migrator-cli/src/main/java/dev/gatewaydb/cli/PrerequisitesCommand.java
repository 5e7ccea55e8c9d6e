package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.Prerequisite;
import dev.gatewaydb.migrator.PrerequisitesReport;
import dev.gatewaydb.migrator.PrerequisitesReport.Step;
import dev.gatewaydb.migrator.layout.MigrationFile;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "prerequisites",
    description = {
      "What must be in a database before the first migration, such as extensions.",
      "It stands in prerequisites.sql, which a superuser runs once.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb prerequisites check", "  PGUSER=postgres gwdb prerequisites apply"},
    subcommands = {
      PrerequisitesCommand.Show.class,
      PrerequisitesCommand.Check.class,
      PrerequisitesCommand.Apply.class
    })
final class PrerequisitesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  @Command(
      name = "show",
      description = "Show how this database stands to the prerequisites.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = "  gwdb prerequisites show")
  static final class Show implements Callable<Integer> {
    @Mixin private DatabaseOptions database = new DatabaseOptions();

    @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
    private boolean json;

    private final Context context;

    Show(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      report(context, database, json);
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "check",
      description = "The same, and exit with 1 when an extension is missing.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  gwdb prerequisites check",
        "  gwdb prerequisites check --json | jq -r '.extensions[] | select(.nextStep).name'",
      })
  static final class Check implements Callable<Integer> {
    @Mixin private DatabaseOptions database = new DatabaseOptions();

    @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
    private boolean json;

    private final Context context;

    Check(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      return report(context, database, json).missing().isEmpty() ? ExitCode.DONE : ExitCode.FOUND;
    }
  }

  @Command(
      name = "apply",
      description = {
        "Run prerequisites.sql in one transaction, usually as a superuser.",
        "What is there already is left alone.",
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  gwdb prerequisites apply",
        "  gwdb prerequisites apply --database-url postgres://postgres@db.example/shop",
      })
  static final class Apply implements Callable<Integer> {
    @Mixin private DatabaseOptions database = new DatabaseOptions();
    @Mixin private MigrationOptions limits = new MigrationOptions();

    @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
    private boolean json;

    private final Context context;

    Apply(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      List<Step> steps = context.migrator(database, limits.options()).applyPrerequisites();
      if (json) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode array = root.putArray("statements");
        steps.forEach(
            step -> array.addObject().put("statement", step.statement()).put("ran", step.ran()));
        context.console().json(root);
        return ExitCode.DONE;
      }
      for (Step step : steps) {
        context
            .console()
            .result((step.ran() ? "done           " : "there already  ") + step.statement());
      }
      long ran = steps.stream().filter(Step::ran).count();
      context
          .console()
          .result(
              steps.isEmpty()
                  ? NONE
                  : Words.count(ran, "statement", "statements")
                      + " run; 'gwdb migrate' can follow");
      return ExitCode.DONE;
    }
  }

  private static final String NONE = "no prerequisites: the migrations ask for nothing";

  private static PrerequisitesReport report(
      Context context, DatabaseOptions database, boolean json) {
    Migrator migrator = context.migrator(database);
    PrerequisitesReport report = migrator.prerequisites();
    String file = context.migrations().prerequisites().map(MigrationFile::path).orElse("");
    if (json) {
      context.console().json(tree(file, report));
    } else {
      print(context.console(), file, report);
    }
    return report;
  }

  private static void print(Console console, String file, PrerequisitesReport report) {
    if (file.isEmpty()) {
      console.result(NONE);
      return;
    }
    Table table = new Table("EXTENSION", "STATE", "VERSION", "ASKED FOR");
    for (Prerequisite e : report.extensions()) {
      String state = e.state().label();
      String painted =
          switch (e.state()) {
            case PRESENT -> console.good(state);
            case INSTALLABLE -> console.doubtful(state);
            case UNAVAILABLE -> console.bad(state);
          };
      table.row(e.name(), painted, e.version().orElse(""), e.wanted().orElse("any"));
    }
    table.lines().forEach(console::result);
    report.others().forEach(line -> console.result(file + ", " + line + " (not checked)"));
    console.result("");
    console.result(
        report.missing().isEmpty()
            ? "all extensions that %s asks for are there".formatted(file)
            : "%d missing".formatted(report.missing().size()));
    for (Prerequisite e : report.missing()) {
      console.result("%s: %s".formatted(e.name(), e.nextStep()));
    }
  }

  private static ObjectNode tree(String file, PrerequisitesReport report) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("file", file.isEmpty() ? null : file);
    root.put("missing", report.missing().size());
    ArrayNode extensions = root.putArray("extensions");
    for (Prerequisite e : report.extensions()) {
      extensions
          .addObject()
          .put("name", e.name())
          .put("state", e.state().label())
          .put("version", e.version().orElse(null))
          .put("wanted", e.wanted().orElse(null))
          .put("nextStep", e.nextStep().isEmpty() ? null : e.nextStep());
    }
    ArrayNode others = root.putArray("others");
    report.others().forEach(others::add);
    return root;
  }
}
