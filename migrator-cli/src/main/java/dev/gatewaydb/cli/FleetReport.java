package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.cli.FleetResult.State;
import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.error.GatewayDbException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What became of each database of a fleet, for people and for machines.
 *
 * @param hasBegun whether any was touched
 */
record FleetReport(
    Fleet fleet,
    String manifest,
    Optional<String> target,
    boolean dryRun,
    boolean hasBegun,
    List<FleetResult> results) {
  private static final int SHOWN = 12;

  /** Enough of a hash to tell two apart by eye. */
  static String shortened(String hash) {
    return hash.substring(0, Math.min(SHOWN, hash.length()));
  }

  FleetReport begun() {
    return new FleetReport(fleet, manifest, target, dryRun, true, results);
  }

  /** That of the worst failure. */
  int exitCode() {
    return failed().stream()
        .map(FleetReport::cause)
        .mapToInt(ExitCode::of)
        .max()
        .orElse(ExitCode.DONE);
  }

  private List<FleetResult> failed() {
    return in(State.FAILED);
  }

  private List<FleetResult> in(State state) {
    return results.stream().filter(result -> result.state() == state).toList();
  }

  private static GatewayDbException cause(FleetResult result) {
    return result.failure().orElseThrow();
  }

  void print(Console console) {
    Table table =
        new Table(
            "DATABASE", "WAVE", "RESULT", dryRun ? "WOULD APPLY" : "APPLIED", "VERSION", "TIME");
    for (FleetResult result : results) {
      table.row(
          result.name(),
          result.wave() == 0 ? "canary" : Integer.toString(result.wave()),
          painted(console, result.state()),
          result.report().map(report -> Integer.toString(report.applied().size())).orElse(""),
          result.version().orElse(""),
          result.report().map(FleetReport::seconds).orElse(""));
    }
    table.lines().forEach(console::result);
    console.result("");
    console.result(
        "%d of %s done; manifest %s"
            .formatted(
                in(State.DONE).size(),
                Words.count(results.size(), "database", "databases"),
                shortened(manifest)));
  }

  private static String painted(Console console, State state) {
    return switch (state) {
      case DONE -> console.good(state.label());
      case FAILED -> console.bad(state.label());
      case AT_WORK, NOT_STARTED -> console.doubtful(state.label());
    };
  }

  private static String seconds(MigrateReport report) {
    return String.format(Locale.ROOT, "%.1f s", report.duration().toMillis() / 1000.0);
  }

  /** Each failure, and how to go on. */
  void printFailures(Console console, boolean debug) {
    for (FleetResult result : failed()) {
      if (debug) {
        cause(result).printStackTrace(console.err());
      }
      console.error(
          List.of("%s: %s".formatted(result.name(), cause(result).getMessage())),
          cause(result).nextStep());
    }
    if (failed().isEmpty()) {
      return;
    }
    if (hasBegun) {
      goOn(console, "stopped");
    } else {
      console.progress("nothing was changed in any database");
    }
  }

  void interrupted(Console console) {
    goOn(console, "interrupted");
  }

  private void goOn(Console console, String what) {
    console.progress(
        "%s: %d of %s done"
            .formatted(
                what, in(State.DONE).size(), Words.count(results.size(), "database", "databases")));
    list(console, "at work, and left at the last migration that it finished", State.AT_WORK);
    list(console, "not started", State.NOT_STARTED);
    console.progress("  Go on with 'gwdb migrate --fleet %s --resume'.".formatted(fleet.file()));
  }

  private void list(Console console, String what, State state) {
    String names = in(state).stream().map(FleetResult::name).collect(Collectors.joining(", "));
    if (!names.isEmpty()) {
      console.progress("  %s: %s".formatted(what, names));
    }
  }

  ObjectNode tree() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("manifest", manifest);
    root.put("target", target.orElse(null));
    root.put("dryRun", dryRun);
    ArrayNode databases = root.putArray("databases");
    for (FleetResult result : results) {
      ObjectNode node = databases.addObject();
      node.put("name", result.name());
      node.put("wave", result.wave());
      node.put("result", result.state().label());
      node.put("version", result.version().orElse(null));
      node.set("report", result.report().map(report -> report(report, result)).orElse(null));
      node.put("error", result.failure().map(Throwable::getMessage).orElse(null));
      node.put("nextStep", result.failure().map(GatewayDbException::nextStep).orElse(null));
    }
    return root;
  }

  private ObjectNode report(MigrateReport report, FleetResult result) {
    ObjectNode tree = MigrateCommand.tree(report);
    return dryRun ? tree.put("onScratch", result.onScratch()) : tree;
  }
}
