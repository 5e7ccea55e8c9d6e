package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "config",
    description = "Look at the settings in effect.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = "  gwdb config show",
    subcommands = ConfigCommand.Show.class)
final class ConfigCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  @Command(
      name = "show",
      description = {
        "Show every setting in effect and where it came from; passwords are not shown.",
        "Connects to nothing.",
      },
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {
        "  gwdb config show",
        "  gwdb config show --json | jq -r '.settings[] | select(.name == \"database.url\").value'",
      })
  static final class Show implements Callable<Integer> {
    @Mixin private DatabaseOptions database = new DatabaseOptions();
    @Mixin private ScratchOptions scratch = new ScratchOptions();

    @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
    private boolean json;

    private final Context context;

    Show(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      List<Setting> settings = new EffectiveSettings(context, database, scratch).all();
      if (json) {
        context.console().json(tree(settings));
        return ExitCode.DONE;
      }
      Table table = new Table("SETTING", "VALUE", "FROM");
      settings.forEach(
          s -> table.row(s.name(), s.value().orElse("(none)"), s.source().label() + where(s)));
      table.lines().forEach(context.console()::result);
      return ExitCode.DONE;
    }

    private static String where(Setting setting) {
      return setting.where().map(where -> ": " + where).orElse("");
    }

    private ObjectNode tree(List<Setting> settings) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      root.put("projectFile", context.project().path().map(Path::toString).orElse(null));
      ArrayNode array = root.putArray("settings");
      for (Setting setting : settings) {
        array
            .addObject()
            .put("name", setting.name())
            .put("value", setting.value().orElse(null))
            .put("source", setting.source().label())
            .put("where", setting.where().orElse(null));
      }
      return root;
    }
  }
}
