package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.operate.tune.Machine;
import dev.gatewaydb.migrator.operate.tune.Tuning;
import dev.gatewaydb.migrator.operate.tune.TuningAdvice;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "tune",
    description = {
      "Compare the server's settings with what fits its machine.",
      "Changes nothing without --apply, which uses ALTER SYSTEM and needs a superuser.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb tune --memory 8GB --cores 4",
      "  gwdb tune --memory 8GB --cores 4 --storage hdd --active 50 --apply",
    })
final class TuneCommand implements Callable<Integer> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})(MB|GB|TB)");

  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Confirmation confirmation = new Confirmation();

  @Option(
      names = "--memory",
      required = true,
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "What PostgreSQL has to itself: 512MB, 8GB.")
  private long memory;

  @Option(
      names = "--cores",
      required = true,
      paramLabel = "N",
      description = "The same of processors.")
  private int cores;

  @Option(
      names = "--storage",
      paramLabel = "KIND",
      defaultValue = "ssd",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Storage storage = Storage.ssd;

  @Option(
      names = "--active",
      paramLabel = "N",
      defaultValue = "25",
      description =
          "How many statements run at once at most: all pools together. Default ${DEFAULT-VALUE}.")
  private int active;

  @Option(names = "--apply", description = "Set what differs, after asking.")
  private boolean apply;

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  TuneCommand(Context context) {
    this.context = context;
  }

  /** As people write them. */
  enum Storage {
    ssd,
    hdd
  }

  /** Sizes as PostgreSQL writes them, from megabytes up. */
  static final class SizeConverter implements CommandLine.ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      Matcher size = SIZE.matcher(value);
      if (!size.matches()) {
        throw new CommandLine.TypeConversionException(
            "'%s' is not a size such as 512MB or 8GB".formatted(value));
      }
      int shift = size.group(2).equals("MB") ? 20 : size.group(2).equals("GB") ? 30 : 40;
      return Long.parseLong(size.group(1)) << shift;
    }
  }

  @Override
  public Integer call() {
    Machine machine = new Machine(memory, cores, storage == Storage.ssd, active);
    Tuning tuning = new Tuning(context.settings(database).dataSource(), machine);
    List<TuningAdvice> all = tuning.advise();
    List<TuningAdvice> applied = List.of();
    boolean differs = all.stream().anyMatch(TuningAdvice::differs);
    if (!json) {
      print(all);
    }
    if (apply && differs) {
      confirmation.require(context.console(), "the server's settings to be changed");
      applied = tuning.apply();
    }
    if (json) {
      context.console().json(tree(all, applied));
    } else {
      tell(differs, applied);
    }
    return ExitCode.DONE;
  }

  private void print(List<TuningAdvice> all) {
    Table table = new Table("SETTING", "NOW", "RECOMMENDED", "WHY");
    all.forEach(
        advice ->
            table.row(
                advice.name(),
                advice.current(),
                advice.differs() ? advice.recommended() : "as it is",
                advice.reason() + (advice.differs() && advice.restart() ? " (restart)" : "")));
    table.lines().forEach(context.console()::result);
  }

  private void tell(boolean differs, List<TuningAdvice> applied) {
    Console console = context.console();
    if (!apply) {
      console.progress(
          differs
              ? "Nothing was changed; --apply sets these with ALTER SYSTEM."
              : "Nothing is to be changed.");
      return;
    }
    String restart =
        applied.stream()
            .filter(TuningAdvice::restart)
            .map(TuningAdvice::name)
            .collect(Collectors.joining(", "));
    console.result(Words.count(applied.size(), "setting was", "settings were") + " changed");
    if (!restart.isEmpty()) {
      console.progress("These need a restart of the server: " + restart);
    }
  }

  private static ObjectNode tree(List<TuningAdvice> all, List<TuningAdvice> applied) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode settings = root.putArray("settings");
    for (TuningAdvice advice : all) {
      settings
          .addObject()
          .put("name", advice.name())
          .put("current", advice.current())
          .put("recommended", advice.recommended())
          .put("differs", advice.differs())
          .put("restart", advice.restart())
          .put("applied", applied.stream().anyMatch(a -> a.name().equals(advice.name())))
          .put("reason", advice.reason());
    }
    return root;
  }
}
