package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.MigrationState;
import dev.gatewaydb.migrator.MigrationStatus;
import dev.gatewaydb.migrator.MigrationStatus.Entry;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.adopt.ForeignHistory;
import dev.gatewaydb.sync.server.MigrationsJson;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    description = "Show where every migration stands.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb status",
      "  gwdb status --json | jq '.migrations[] | select(.state == \"pending\").version'",
    })
final class StatusCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  @Option(
      names = "--exit-code",
      description = "Exit with 1 when something is pending or migrate would refuse.")
  private boolean exitCode;

  @Option(
      names = "--history",
      description = "Show reverted and superseded entries as well; JSON always has them.")
  private boolean history;

  private final Context context;

  StatusCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Migrator migrator = context.migrator(database);
    MigrationStatus status = migrator.status();
    if (status.currentVersion().isEmpty()) {
      migrator.historyToAdopt().ifPresent(this::noteToAdopt);
    }
    if (json) {
      context.console().json(MigrationsJson.of(status));
    } else {
      print(status);
    }
    boolean fine = status.pending().isEmpty() && status.unsound().isEmpty();
    return exitCode && !fine ? ExitCode.FOUND : ExitCode.DONE;
  }

  private void noteToAdopt(ForeignHistory other) {
    context
        .console()
        .progress(
            "note: %s says that %s has applied some of these; 'gwdb adopt' takes its history over"
                .formatted(other.table(), other.tool().label()));
  }

  private void print(MigrationStatus status) {
    Table table =
        new Table("VERSION", "DESCRIPTION", "STATE", "INSTALLED ON", "BY", "TIME", "REVERSIBLE");
    for (Entry e : status.entries()) {
      if (e.state() == MigrationState.SUPERSEDED && !history) {
        continue;
      }
      table.row(
          e.version().orElse("repeatable"),
          e.description(),
          painted(e.state())
              + e.reached()
                  .map(r -> " (statement %d %s)".formatted(r.statement(), r.state()))
                  .orElse(""),
          e.installedOn().map(t -> t.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(""),
          e.installedBy().orElse(""),
          e.duration().map(d -> d.toMillis() + " ms").orElse(""),
          e.reversible() ? "yes" : "no");
    }
    table.lines().forEach(context.console()::result);
    context
        .console()
        .result(
            "%n%d applied, %d pending; the database is at %s"
                .formatted(
                    status.applied(),
                    status.pending().size(),
                    status.currentVersion().map(v -> "version " + v).orElse("no version yet")));
    if (!status.unsound().isEmpty()) {
      context
          .console()
          .result(
              context.console().bad(Words.unsound(status.unsound().size()))
                  + ": migrate refuses, and says what to do");
    }
  }

  private String painted(MigrationState state) {
    return switch (state) {
      case APPLIED, BASELINE, BELOW_BASELINE -> context.console().good(state.label());
      case PENDING, INTERRUPTED, OUTDATED, OUT_OF_ORDER, SUPERSEDED ->
          context.console().doubtful(state.label());
      case EDITED, MISSING, FUTURE, LATE, FAILED -> context.console().bad(state.label());
    };
  }
}
