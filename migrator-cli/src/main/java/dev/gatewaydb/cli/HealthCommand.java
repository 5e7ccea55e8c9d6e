package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.operate.health.HealthCheck;
import dev.gatewaydb.migrator.operate.health.HealthFinding;
import dev.gatewaydb.migrator.operate.health.HealthReport;
import dev.gatewaydb.migrator.operate.health.HealthRow;
import dev.gatewaydb.migrator.operate.health.HealthThresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "health",
    description = {
      "Look at the database and say what somebody should do about it.",
      "Changes nothing and waits for nobody; a role without pg_monitor sees less.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb health",
      "  gwdb health --watch --every 5s",
      "  gwdb health --json --exit-code | jq '.findings[] | .message'",
    })
final class HealthCommand implements Callable<Integer> {
  /** Clears the screen, and goes to its top left. */
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  @Option(names = "--exit-code", description = "Exit with 1 when something was found.")
  private boolean exitCode;

  @Option(names = "--watch", description = "Look again and again, until Ctrl-C.")
  private boolean watch;

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      defaultValue = "2s",
      description = "With --watch: the pause between two looks; default ${DEFAULT-VALUE}.")
  private Duration every = Duration.ZERO;

  private final Context context;

  HealthCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (watch && exitCode) {
      throw new ConfigurationException("--watch never ends, so --exit-code says nothing", "");
    }
    DatabaseSettings settings = context.settings(database);
    HealthThresholds thresholds = context.project().health().thresholds();
    RateBaseline baseline = new RateBaseline(context.surroundings().cache(), settings.displayUrl());
    boolean found;
    do {
      HealthReport report = new HealthCheck(settings.dataSource(), thresholds).run();
      RateBaseline.Rate rate = baseline.compare(report);
      List<HealthFinding> findings = new ArrayList<>(report.findings());
      addRate(rate, thresholds, findings);
      found = !findings.isEmpty();
      if (watch && !json && Boolean.getBoolean("gwdb.terminal")) {
        context.console().result(CLEAR);
      }
      if (json) {
        context.console().json(tree(report, rate, findings));
      } else {
        print(report, rate, findings);
      }
      // Whoever read this may be gone.
      watch &= !context.console().out().checkError();
      if (watch) {
        Thread.sleep(every);
      }
    } while (watch);
    return exitCode && found ? ExitCode.FOUND : ExitCode.DONE;
  }

  private static void addRate(
      RateBaseline.Rate rate, HealthThresholds thresholds, List<HealthFinding> findings) {
    if (rate.perSecond().isEmpty() || rate.usual().isEmpty()) {
      return;
    }
    double now = rate.perSecond().getAsDouble();
    double usual = rate.usual().getAsDouble();
    // Of a database where hardly anything happens, every percentage is possible.
    if (now >= 10 && now > usual * (1 + thresholds.rateIncrease() / 100.0)) {
      findings.add(
          new HealthFinding(
              false,
              "transactionRate",
              "%.0f transactions per second, usually %.0f (limit +%d %%)"
                  .formatted(now, usual, thresholds.rateIncrease()),
              "See which application does it (clients, statements)."));
    }
  }

  private void print(HealthReport report, RateBaseline.Rate rate, List<HealthFinding> findings) {
    Console console = context.console();
    report.section("server").forEach(row -> console.result(line("server", row)));
    report.section("connections").forEach(row -> console.result(line("connections", row)));
    report.section("disk").forEach(row -> console.result(line("disk", row)));
    rate.perSecond().ifPresent(r -> console.result("transactions: %.1f per second".formatted(r)));
    report
        .sections()
        .forEach(
            (name, rows) -> {
              boolean shown = List.of("server", "connections", "disk").contains(name);
              if (!shown && !rows.isEmpty()) {
                console.result("");
                console.result(name);
                table(rows).lines().forEach(console::result);
              }
            });
    console.result("");
    for (HealthFinding finding : findings) {
      String label = finding.critical() ? console.bad("critical: ") : console.doubtful("warning: ");
      finding
          .message()
          .lines()
          .reduce((first, more) -> first + "\n  " + more)
          .ifPresent(text -> console.result(label + text));
      console.result("  " + finding.nextStep());
    }
    if (findings.isEmpty()) {
      console.result(console.good("nothing that somebody has to look at"));
    }
    report.notes().forEach(note -> console.progress("note: " + note));
  }

  private static String line(String name, HealthRow row) {
    List<String> parts = new ArrayList<>();
    row.fields()
        .forEach(
            (field, value) -> {
              if (value != null && !"seesAll".equals(field)) {
                parts.add(words(field) + " " + shown(field, value));
              }
            });
    return name + ": " + String.join(", ", parts);
  }

  private static Table table(List<HealthRow> rows) {
    List<String> fields = List.copyOf(rows.getFirst().fields().keySet());
    Table table =
        new Table(
            fields.stream()
                .map(field -> words(field).toUpperCase(Locale.ROOT))
                .toArray(String[]::new));
    rows.forEach(
        row ->
            table.row(
                fields.stream()
                    .map(field -> shown(field, row.fields().get(field)))
                    .toArray(String[]::new)));
    return table;
  }

  /** {@code databaseBytes}: {@code database}, since the value has its unit. */
  private static String words(String field) {
    return field
        .replaceFirst("(?<=.)Bytes$", "")
        .replaceAll("([A-Z])", " $1")
        .toLowerCase(Locale.ROOT);
  }

  private static String shown(String field, @Nullable Object value) {
    if (value == null) {
      return "";
    }
    boolean bytes = field.equals("bytes") || field.endsWith("Bytes");
    return bytes && value instanceof Number number ? Words.size(number.longValue()) : "" + value;
  }

  private static ObjectNode tree(
      HealthReport report, RateBaseline.Rate rate, List<HealthFinding> findings) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("at", report.at().toString());
    ArrayNode all = root.putArray("findings");
    for (HealthFinding finding : findings) {
      all.addObject()
          .put("severity", finding.critical() ? "critical" : "warning")
          .put("check", finding.check())
          .put("message", finding.message())
          .put("nextStep", finding.nextStep());
    }
    ArrayNode notes = root.putArray("notes");
    report.notes().forEach(notes::add);
    ObjectNode transactions = root.putObject("transactionRate");
    if (rate.perSecond().isPresent()) {
      transactions.put("perSecond", rate.perSecond().getAsDouble());
    } else {
      transactions.putNull("perSecond");
    }
    if (rate.usual().isPresent()) {
      transactions.put("usual", rate.usual().getAsDouble());
    } else {
      transactions.putNull("usual");
    }
    ObjectNode sections = root.putObject("sections");
    report
        .sections()
        .forEach(
            (name, rows) -> {
              ArrayNode array = sections.putArray(name);
              rows.forEach(row -> row.fields().forEach(put(array.addObject())));
            });
    return root;
  }

  private static BiConsumer<String, @Nullable Object> put(ObjectNode node) {
    return (field, value) -> {
      switch (value) {
        case null -> node.putNull(field);
        case Boolean flag -> node.put(field, flag);
        case Long number -> node.put(field, number);
        case Double number -> node.put(field, number);
        default -> node.put(field, value.toString());
      }
    };
  }
}
