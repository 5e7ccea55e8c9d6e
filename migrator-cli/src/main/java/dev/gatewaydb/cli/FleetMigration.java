package dev.gatewaydb.cli;

import dev.gatewaydb.cli.Fleet.Database;
import dev.gatewaydb.cli.FleetResult.State;
import dev.gatewaydb.migrator.DryRunReport;
import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.MigrationStatus;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code migrate --fleet}: looks at all databases, then migrates the canary, then the waves. */
final class FleetMigration {
  private final Context context;
  private final Fleet fleet;
  private final MigratorOptions options;
  private final MigrationSet migrations;
  private final FleetRun run;

  FleetMigration(Context context, Fleet fleet, MigratorOptions options) {
    this.context = context;
    this.fleet = fleet;
    this.options = context.withHistory(options);
    // Read once: every database gets the same.
    this.migrations = context.migrations();
    this.run = new FleetRun(fleet);
  }

  /** Rolls everything back, and leaves no record. */
  FleetReport dryRun(Optional<String> target, Supplier<ScratchServer> scratch) {
    Optional<String> wanted = known(target);
    String manifest = announce(wanted);
    look();
    if (!run.hasFailed()) {
      run.inWaves(
          (database, before) -> {
            DryRunReport dry = migrator(database).dryRun(wanted, scratch);
            int count = dry.report().applied().size();
            context.console().progress("%s: %d would be applied".formatted(database.name(), count));
            return before.done(dry.report(), dry.onScratch());
          });
    }
    return report(manifest, wanted, true);
  }

  FleetReport migrate(Optional<String> target, boolean resume) throws IOException {
    try (FleetRecord record = FleetRecord.open(fleet.file())) {
      Optional<String> wanted = known(resume ? targetOfStopped(record, target) : target);
      String manifest = announce(wanted);
      requireSame(record, manifest, resume);
      look();
      if (run.hasFailed()) {
        return report(manifest, wanted, false);
      }
      migrate(record, FleetRecord.Run.now(manifest, wanted));
      return report(manifest, wanted, false).begun();
    }
  }

  private void migrate(FleetRecord record, FleetRecord.Run now) throws IOException {
    record.write(now);
    Thread onSignal = new Thread(this::tellWhatRemains, "gwdb-fleet-interrupted");
    Runtime.getRuntime().addShutdownHook(onSignal);
    run.inWaves((database, before) -> migrate(database, before, now.target()));
    if (run.in(State.DONE).size() == fleet.databases().size()) {
      record.write(now.ended());
    }
    try {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException goingDown) {
      return;
    }
  }

  private FleetResult migrate(Database database, FleetResult before, Optional<String> target) {
    Migrator migrator = migrator(database);
    try {
      MigrateReport report =
          target.isEmpty() ? migrator.migrate() : migrator.migrateTo(target.get());
      context.console().progress(prefix(database) + MigrateCommand.summary(report));
      return before.done(report, false);
    } catch (GatewayDbException e) {
      return before.at(versionAfter(migrator, before)).failed(e);
    }
  }

  /** What came before the migration that failed stays. */
  private static Optional<String> versionAfter(Migrator migrator, FleetResult before) {
    try {
      return migrator.status().currentVersion();
    } catch (GatewayDbException unreachable) {
      return before.version();
    }
  }

  /** Before anything is touched: all can be reached, and none disagrees with the files. */
  private void look() {
    run.lookAtAll(
        (database, before) -> {
          MigrationStatus status = migrator(database).status();
          status.requireSound();
          return before.at(status.currentVersion());
        });
  }

  private Migrator migrator(Database database) {
    return new Migrator(
        database.settings().dataSource(),
        migrations,
        options,
        new ConsoleListener(context.console(), prefix(database)));
  }

  private static String prefix(Database database) {
    return database.name() + ": ";
  }

  private Optional<String> known(Optional<String> target) {
    if (target.isPresent() && migrations.find(target.get()).isEmpty()) {
      throw new ConfigurationException(
          "there is no migration with version " + target.get(), "'gwdb status' shows them.");
    }
    return target;
  }

  private String announce(Optional<String> target) {
    MigrationSet served = target.map(migrations::upTo).orElse(migrations);
    String manifest = served.manifestHash();
    int others = fleet.databases().size() - 1;
    int waves = fleet.waves().size() - 1;
    Console console = context.console();
    console.progress(
        "manifest %s: %s"
            .formatted(
                FleetReport.shortened(manifest),
                Words.count(served.migrations().size(), "migration", "migrations")));
    console.progress(
        "canary %s%s"
            .formatted(
                fleet.databases().getFirst().name(),
                others == 0
                    ? " alone"
                    : ", then %s in %s"
                        .formatted(
                            Words.count(others, "database", "databases"),
                            Words.count(waves, "wave", "waves"))));
    return manifest;
  }

  private Optional<String> targetOfStopped(FleetRecord record, Optional<String> target)
      throws IOException {
    FleetRecord.Run stopped =
        record
            .unfinished()
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "there is no unfinished run of %s to resume".formatted(fleet.file()),
                        "Start one without --resume."));
    if (target.isPresent() && !target.equals(stopped.target())) {
      throw new RefusedException(
          "the run of %s that stopped was %s, not to version %s"
              .formatted(
                  stopped.started(),
                  stopped.target().map(v -> "to version " + v).orElse("to migrate everything"),
                  target.get()),
          "Leave out --to, or start a new run without --resume.",
          null);
    }
    return stopped.target();
  }

  private void requireSame(FleetRecord record, String manifest, boolean resume) throws IOException {
    Optional<FleetRecord.Run> stopped = resume ? record.unfinished() : Optional.empty();
    if (stopped.isPresent() && !stopped.get().manifest().equals(manifest)) {
      throw new RefusedException(
          "the migrations are not those of the run of %s that stopped: manifest %s then, %s now"
              .formatted(
                  stopped.get().started(),
                  FleetReport.shortened(stopped.get().manifest()),
                  FleetReport.shortened(manifest)),
          "Check out what it ran with, or start a new run without --resume.",
          null);
    }
  }

  private void tellWhatRemains() {
    report("", Optional.empty(), false).begun().interrupted(context.console());
  }

  private FleetReport report(String manifest, Optional<String> target, boolean dryRun) {
    return new FleetReport(fleet, manifest, target, dryRun, false, run.results());
  }
}
