package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.Loss;
import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.RevertPlan;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Plans, forecasts, asks and reverts; what revert and goto have in common. */
final class Reverting {
  private static final int MOST_NAMED = 3;

  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private ScratchOptions scratch = new ScratchOptions();

  @Option(
      names = "--accept-loss",
      paramLabel = "NAME",
      description = "A table, table.column or type.value that may be lost, repeatable; or 'all'.")
  private List<String> accepted = new ArrayList<>();

  /** The report of an empty plan says that nothing was to be done. */
  MigrateReport run(Context context, Migrator migrator, RevertPlan plan) {
    Console console = context.console();
    Supplier<ScratchServer> servers = context.scratch(scratch);
    if (!plan.migrations().isEmpty()) {
      console.progress("to be reverted, newest first:");
      plan.migrations()
          .forEach(m -> console.progress("  %s %s".formatted(m.version(), m.description())));
      requireAccepted(console, losses(context, migrator, plan, servers));
      confirmation.require(console, "Revert what is listed?");
    }
    return migrator.revert(plan);
  }

  /** Where everything is accepted, a forecast that can't be made stops nobody. */
  private List<Loss> losses(
      Context context, Migrator migrator, RevertPlan plan, Supplier<ScratchServer> servers) {
    try (ScratchServer server = servers.get()) {
      return migrator.forecast(plan, server);
    } catch (FailedException | ConfigurationException e) {
      if (!accepted.contains("all")) {
        throw e;
      }
      context.console().warning("no forecast of what is lost: " + e.getMessage());
      return List.of();
    }
  }

  private void requireAccepted(Console console, List<Loss> losses) {
    List<String> missing = new ArrayList<>();
    for (Loss loss : losses) {
      boolean fine = isAccepted(loss);
      console.progress(
          "  loses %s %s%s%s"
              .formatted(
                  loss.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                  loss.name(),
                  loss.kind() == Loss.Kind.ENUM_VALUE
                      ? ""
                      : ", about " + Words.count(loss.rows(), "row", "rows"),
                  fine ? " (accepted)" : ""));
      if (!fine) {
        missing.add(loss.name());
      }
    }
    if (!missing.isEmpty()) {
      throw refused(missing);
    }
  }

  /** Many are listed above, one a line; nobody reads them again in one. */
  private static RefusedException refused(List<String> missing) {
    return missing.size() <= MOST_NAMED
        ? new RefusedException(
            "reverting would lose " + String.join(", ", missing),
            "Accept it with --accept-loss %s, or with --accept-loss all."
                .formatted(String.join(" --accept-loss ", missing)),
            null)
        : new RefusedException(
            "reverting would lose the %d things listed above".formatted(missing.size()),
            "Accept each with --accept-loss NAME, or everything with --accept-loss all.",
            null);
  }

  private boolean isAccepted(Loss loss) {
    if (accepted.contains("all") || accepted.contains(loss.name())) {
      return true;
    }
    int dot = loss.name().lastIndexOf('.');
    return loss.kind() == Loss.Kind.COLUMN
        && dot > 0
        && accepted.contains(loss.name().substring(0, dot));
  }

  static String summary(MigrateReport report) {
    return String.format(
        Locale.ROOT,
        "%d reverted; %s (%.1f s)",
        report.applied().size(),
        report
            .toVersion()
            .map(v -> "the database is at version " + v)
            .orElse("nothing is applied any more"),
        report.duration().toMillis() / 1000.0);
  }
}
