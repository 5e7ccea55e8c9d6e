package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.dao.usage.UsageReports;
import dev.gatewaydb.dao.usage.UsageScope;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "usage",
    description = {
      "Count requests, of a key, a user or all, this month unless said otherwise.",
      "As of the latest flush of each instance: a few seconds ago. Days and months are in UTC.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb keys usage                               this month, by key",
      "  gwdb keys usage gw_live_AbCd                  this month, by day",
      "  gwdb keys usage --user 7f6c… --month 2026-11",
      "  gwdb keys usage --from 2026-01-01 --to 2026-12-31 --by month --json",
    })
final class KeysUsage extends KeysSubcommand {
  /** What each line is about. */
  enum By {
    KEY,
    DAY,
    MONTH
  }

  @Parameters(paramLabel = "KEY", arity = "0..1", description = KeyArgument.DESCRIPTION)
  private String argument = "";

  @Option(names = "--user", paramLabel = "UUID", description = "All keys of this user.")
  private String user = "";

  @Option(names = "--month", paramLabel = "MONTH", description = "As in 2026-11.")
  private @Nullable YearMonth month;

  @Option(names = "--from", paramLabel = "DAY", description = "From this day on: 2026-11-01.")
  private @Nullable LocalDate from;

  @Option(names = "--to", paramLabel = "DAY", description = "Up to this day, included.")
  private @Nullable LocalDate to;

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      description = "A line for each key, day or month; default: day for one key, else key.")
  private @Nullable By by;

  KeysUsage(Context context) {
    super(context);
  }

  @Override
  int run(ApiKeyStore store, DataSource source) {
    if (!argument.isEmpty() && !user.isEmpty()) {
      throw new ConfigurationException("either a key or --user, not both", "");
    }
    if (month != null && (from != null || to != null)) {
      throw new ConfigurationException("either --month or --from and --to, not both", "");
    }
    UsageScope scope =
        argument.isEmpty()
            ? new UsageScope(Optional.empty(), KeyArgument.id("--user", user))
            : UsageScope.ofKey(KeyArgument.find(store, argument).id());
    LocalDate today = LocalDate.ofInstant(store.now(), ZoneOffset.UTC);
    LocalDate first = from;
    LocalDate last = to == null ? today : to;
    if (month != null) {
      first = month.atDay(1);
      last = month.atEndOfMonth();
    } else if (first == null) {
      first = last.withDayOfMonth(1);
    }
    if (first.isAfter(last)) {
      throw new ConfigurationException("%s is after %s".formatted(first, last), "");
    }
    By lines = by != null ? by : argument.isEmpty() ? By.KEY : By.DAY;
    UsageReports reports = new UsageReports(source);
    print(
        switch (lines) {
          case KEY -> reports.byKey(scope, first, last);
          case DAY -> reports.byDay(scope, first, last);
          case MONTH -> reports.byMonth(scope, first, last);
        },
        lines,
        first,
        last);
    return ExitCode.DONE;
  }

  private void print(Map<?, Long> rows, By lines, LocalDate first, LocalDate last) {
    Console console = context.console();
    long total = rows.values().stream().mapToLong(Long::longValue).sum();
    String name = lines.name().toLowerCase(java.util.Locale.ROOT);
    if (json) {
      ObjectNode root =
          JsonNodeFactory.instance
              .objectNode()
              .put("from", first.toString())
              .put("to", last.toString())
              .put("by", name)
              .put("total", total);
      ArrayNode array = root.putArray("rows");
      rows.forEach(
          (what, requests) ->
              array.addObject().put(name, what.toString()).put("requests", requests));
      console.json(root);
      return;
    }
    Table table = new Table(lines.name(), "REQUESTS");
    rows.forEach((what, requests) -> table.row(what.toString(), requests.toString()));
    table.row("total", String.valueOf(total));
    table.lines().forEach(console::result);
  }
}
