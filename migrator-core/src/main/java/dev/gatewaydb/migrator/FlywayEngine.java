package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.MigrationSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateOutput;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;

/** Flyway, set up the way that is sound on one connection; translates its results and errors. */
final class FlywayEngine {
  /** Flyway sorts what is applied by the time it was; repeatable ones have no version. */
  private static final Comparator<MigrationInfo> BY_VERSION =
      Comparator.comparing(
          MigrationInfo::getVersion, Comparator.nullsLast(Comparator.naturalOrder()));

  private final DataSource oneConnection;
  private final MigrationSet migrations;
  private final HistoryTable table;
  private final MigratorOptions options;
  private final SessionState session;
  private final Watcher watcher;
  private final MigrationListener listener;

  FlywayEngine(
      DataSource oneConnection,
      MigrationSet migrations,
      HistoryTable table,
      MigratorOptions options,
      SessionState session,
      Watcher watcher,
      MigrationListener listener) {
    this.oneConnection = oneConnection;
    this.migrations = migrations;
    this.table = table;
    this.options = options;
    this.session = session;
    this.watcher = watcher;
    this.listener = listener;
  }

  private FluentConfiguration configuration(MigrationSet served, ProgressCallback progress) {
    FluentConfiguration configuration =
        Flyway.configure(FlywayEngine.class.getClassLoader())
            .loggers("slf4j")
            .dataSource(oneConnection)
            .defaultSchema(table.schema())
            .table(table.name())
            .resourceProvider(new ServedResources(served))
            .javaMigrationClassProvider(List::of)
            .callbacks(progress)
            .outOfOrder(options.outOfOrder())
            // ${…} in a function body would otherwise be a hard error.
            .placeholderReplacement(false)
            // HistoryCheck has looked already, under the lock, and says more.
            .validateOnMigrate(false)
            .cleanDisabled(true);
    // A transactional lock needs a second connection, whose open transaction stops CONCURRENTLY,
    // and commits a migration apart from its history row.
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    return configuration;
  }

  MigrationStatus status() {
    try {
      List<MigrationInfo> all =
          Arrays.stream(configuration(migrations, progress()).load().info().all())
              .filter(info -> info.getType() != CoreMigrationType.SCHEMA)
              .sorted(BY_VERSION)
              .toList();
      Set<String> runBefore =
          all.stream()
              .filter(info -> info.getState() == org.flywaydb.core.api.MigrationState.OUTDATED)
              .map(MigrationInfo::getDescription)
              .collect(Collectors.toUnmodifiableSet());
      return new MigrationStatus(all.stream().map(info -> entry(info, runBefore)).toList());
    } catch (FlywayException e) {
      throw MigrationFailure.ofHistory(e, table);
    }
  }

  /** Applies everything pending, then the repeatable migrations; runs the callbacks. */
  List<MigrateReport.Applied> migrate() {
    return migrate(migrations, configuration -> configuration);
  }

  /** Applies what is pending up to this version, without callbacks and repeatable migrations. */
  List<MigrateReport.Applied> migrateTo(String version) {
    return migrate(migrations.upTo(version), configuration -> configuration.target(version));
  }

  /** Writes the history rows of what is pending up to this version, and runs nothing. */
  List<MigrateReport.Applied> recordTo(String version) {
    return migrate(
        migrations.upTo(version),
        configuration -> configuration.target(version).skipExecutingMigrations(true));
  }

  /** Starts the history at this version, as if everything up to it had been applied. */
  void baseline(String version, String description) {
    try {
      configuration(migrations, progress())
          .baselineVersion(version)
          .baselineDescription(description.isEmpty() ? "baseline" : description)
          .load()
          .baseline();
    } catch (FlywayException e) {
      throw MigrationFailure.of(e, Optional.empty(), true);
    }
  }

  private ProgressCallback progress() {
    return new ProgressCallback(listener, session, watcher);
  }

  private List<MigrateReport.Applied> migrate(
      MigrationSet served, UnaryOperator<FluentConfiguration> changes) {
    ProgressCallback progress = progress();
    try {
      Flyway flyway = changes.apply(configuration(served, progress)).load();
      // getSuccessfulMigrations() would give them in the order of a hash table.
      return flyway.migrate().migrations.stream().map(FlywayEngine::applied).toList();
    } catch (FlywayException e) {
      throw MigrationFailure.of(e, progress.running(), progress.isTransactional());
    }
  }

  private static MigrateReport.Applied applied(MigrateOutput output) {
    return new MigrateReport.Applied(
        Optional.ofNullable(output.version).filter(v -> !v.isEmpty()),
        output.description,
        Duration.ofMillis(output.executionTime));
  }

  @SuppressWarnings("JavaUtilDate") // Flyway's.
  private MigrationStatus.Entry entry(MigrationInfo info, Set<String> runBefore) {
    Optional<String> version = Optional.ofNullable(info.getVersion()).map(v -> v.getVersion());
    @Nullable Date installedOn = info.getInstalledOn();
    return new MigrationStatus.Entry(
        version,
        Optional.ofNullable(info.getDescription()).orElse(""),
        Optional.ofNullable(info.getScript()).orElse(""),
        state(info, runBefore),
        Optional.ofNullable(info.getChecksum()),
        Optional.ofNullable(installedOn).map(d -> Instant.ofEpochMilli(d.getTime())),
        Optional.ofNullable(info.getInstalledBy()),
        Optional.ofNullable(info.getExecutionTime()).map(Duration::ofMillis),
        version.flatMap(migrations::find).map(m -> m.reversible()).orElse(false));
  }

  /**
   * @param runBefore descriptions of the repeatable ones that ran with another text; Flyway lists
   *     their old run as outdated and their next one as pending
   */
  private static MigrationState state(MigrationInfo info, Set<String> runBefore) {
    return switch (info.getState()) {
      case PENDING, ABOVE_TARGET, AVAILABLE ->
          info.isRepeatable() && runBefore.contains(info.getDescription())
              ? MigrationState.OUTDATED
              : MigrationState.PENDING;
      case SUCCESS -> edited(info) ? MigrationState.EDITED : MigrationState.APPLIED;
      case OUT_OF_ORDER -> edited(info) ? MigrationState.EDITED : MigrationState.OUT_OF_ORDER;
      case MISSING_SUCCESS -> MigrationState.MISSING;
      case FUTURE_SUCCESS -> MigrationState.FUTURE;
      case FAILED, MISSING_FAILED, FUTURE_FAILED -> MigrationState.FAILED;
      case IGNORED -> MigrationState.LATE;
      case BASELINE -> MigrationState.BASELINE;
      case BELOW_BASELINE, BASELINE_IGNORED -> MigrationState.BELOW_BASELINE;
      case OUTDATED, SUPERSEDED, DELETED, UNDONE -> MigrationState.SUPERSEDED;
    };
  }

  private static boolean edited(MigrationInfo info) {
    return info.isVersioned() && !info.isChecksumMatching();
  }
}
