package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.key.ApiKey;
import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.dao.key.KeyChange;
import dev.gatewaydb.dao.usage.UsageReports;
import dev.gatewaydb.dao.usage.UsageScope;
import dev.gatewaydb.migrator.connect.Text;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "Show a key, what was done to it, by whom and why, and its use this month.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb keys show gw_live_AbCd", "  gwdb keys show 7f6c… --json | jq .history"})
final class KeysShow extends KeysSubcommand {
  private static final int MOST_CHANGES = 20;

  @Parameters(paramLabel = "KEY", description = KeyArgument.DESCRIPTION)
  private String argument = "";

  KeysShow(Context context) {
    super(context);
  }

  @Override
  int run(ApiKeyStore store, DataSource source) {
    ApiKey key = KeyArgument.find(store, argument);
    Optional<Instant> overlap = store.overlapEnd(key.id());
    LocalDate today = LocalDate.ofInstant(store.now(), ZoneOffset.UTC);
    long used =
        new UsageReports(source)
            .byDay(UsageScope.ofKey(key.id()), today.withDayOfMonth(1), today).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    List<KeyChange> history = store.history(key.id(), MOST_CHANGES);
    Console console = context.console();
    if (json) {
      ObjectNode node = KeyOutput.tree(key);
      node.put("previousValidUntil", overlap.map(Instant::toString).orElse(null));
      node.put("usedThisMonth", used);
      ArrayNode changes = node.putArray("history");
      history.forEach(change -> add(changes.addObject(), change));
      console.json(node);
      return ExitCode.DONE;
    }
    KeyOutput.details(console, key);
    overlap.ifPresent(end -> console.result("earlier      values work until " + end));
    console.result("used         %d this month".formatted(used));
    console.result("");
    history.forEach(change -> console.result(line(change)));
    return ExitCode.DONE;
  }

  private static void add(ObjectNode node, KeyChange change) {
    node.put("at", change.at().toString())
        .put("action", change.action())
        .put("by", change.by().who())
        .put("reason", change.by().why());
    ObjectNode before = node.putObject("oldValues");
    change.oldValues().forEach(before::put);
    ObjectNode after = node.putObject("newValues");
    change.newValues().forEach(after::put);
  }

  private static String line(KeyChange change) {
    String changes =
        change.action().equals("create")
            ? ""
            : change.newValues().entrySet().stream()
                .map(each -> after(change, each))
                .sorted()
                .collect(Collectors.joining(", "));
    return "%s  %-6s  by %s: %s%s"
        .formatted(
            change.at().truncatedTo(ChronoUnit.SECONDS),
            change.action(),
            Text.line(change.by().who()),
            Text.line(change.by().why()),
            changes.isEmpty() ? "" : " [" + Text.line(changes) + "]");
  }

  private static String after(KeyChange change, Map.Entry<String, String> field) {
    String before = change.oldValues().getOrDefault(field.getKey(), "");
    return "%s: %s%s"
        .formatted(field.getKey(), before.isEmpty() ? "" : before + " → ", field.getValue());
  }
}
