package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
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
  private final StatementJournal journal;
  private final ProgressCallback progress;
  private final Map<MigrationVersion, String> written;

  FlywayEngine(
      DataSource oneConnection,
      MigrationSet migrations,
      HistoryTable table,
      MigratorOptions options,
      StatementJournal journal,
      ProgressCallback progress) {
    this.oneConnection = oneConnection;
    this.migrations = migrations;
    this.table = table;
    this.options = options;
    this.journal = journal;
    this.progress = progress;
    this.written = written(migrations);
  }

  private FluentConfiguration configuration() {
    FluentConfiguration configuration =
        Flyway.configure(FlywayEngine.class.getClassLoader())
            .loggers("slf4j")
            .dataSource(oneConnection)
            .defaultSchema(table.schema())
            .table(table.name())
            .resourceProvider(new ServedResources(migrations))
            .resolvers(new ServedMigrations(migrations))
            .javaMigrationClassProvider(List::of)
            .callbacks(progress)
            .outOfOrder(options.outOfOrder() || migrations.layout().appliesLateOnes())
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

  MigrationStatus status() throws SQLException {
    Map<String, MigrationStatus.Reached> reached = journal.reached();
    try {
      List<MigrationInfo> all =
          Arrays.stream(configuration().load().info().all())
              .filter(info -> info.getType() != CoreMigrationType.SCHEMA)
              .sorted(BY_VERSION)
              .toList();
      Set<String> runBefore =
          all.stream()
              .filter(info -> info.getState() == org.flywaydb.core.api.MigrationState.OUTDATED)
              .map(MigrationInfo::getDescription)
              .collect(Collectors.toUnmodifiableSet());
      return new MigrationStatus(
          all.stream().map(info -> entry(info, runBefore, reached)).toList());
    } catch (FlywayException e) {
      throw MigrationFailure.ofHistory(e, table);
    }
  }

  /** Applies what is pending, repeatable migrations last; runs the callbacks. */
  List<MigrateReport.Applied> migrate() {
    progress.reset();
    try {
      Flyway flyway = configuration().load();
      // getSuccessfulMigrations() would give them in the order of a hash table.
      return flyway.migrate().migrations.stream().map(FlywayEngine::applied).toList();
    } catch (FlywayException e) {
      throw MigrationFailure.of(e, progress.running(), progress.isTransactional());
    }
  }

  /**
   * A version of the history as the project writes it. Of a migration whose file is gone, the
   * script's name in the history still tells.
   */
  private String asWritten(MigrationVersion version, String script) {
    Layout layout = migrations.layout();
    String inHistory = version.getVersion();
    if (layout == Layout.FLYWAY) {
      return inHistory;
    }
    String inName = script.split("_", 2)[0];
    return Optional.ofNullable(written.get(version))
        .or(() -> Optional.of(inName).filter(v -> layout.historyVersion(v).equals(inHistory)))
        .orElse(inHistory);
  }

  private static Map<MigrationVersion, String> written(MigrationSet migrations) {
    Map<MigrationVersion, String> written = new HashMap<>();
    if (migrations.layout() != Layout.FLYWAY) {
      for (Migration migration : migrations.migrations()) {
        String inHistory = migrations.layout().historyVersion(migration.version());
        written.put(MigrationVersion.fromVersion(inHistory), migration.version());
      }
    }
    return written;
  }

  private static MigrateReport.Applied applied(MigrateOutput output) {
    return new MigrateReport.Applied(
        Optional.ofNullable(output.version).filter(v -> !v.isEmpty()),
        output.description,
        Duration.ofMillis(output.executionTime));
  }

  @SuppressWarnings("JavaUtilDate") // Flyway's.
  private MigrationStatus.Entry entry(
      MigrationInfo info, Set<String> runBefore, Map<String, MigrationStatus.Reached> reached) {
    String script = Optional.ofNullable(info.getScript()).orElse("");
    Optional<String> version =
        Optional.ofNullable(info.getVersion()).map(v -> asWritten(v, script));
    MigrationState state = state(info, runBefore);
    Optional<MigrationStatus.Reached> stopped =
        state == MigrationState.PENDING ? version.map(reached::get) : Optional.empty();
    @Nullable Date installedOn = info.getInstalledOn();
    return new MigrationStatus.Entry(
        version,
        Optional.ofNullable(info.getDescription()).orElse(""),
        script,
        stopped.isPresent() ? MigrationState.INTERRUPTED : state,
        Optional.ofNullable(info.getChecksum()),
        Optional.ofNullable(installedOn).map(d -> Instant.ofEpochMilli(d.getTime())),
        Optional.ofNullable(info.getInstalledBy()),
        Optional.ofNullable(info.getExecutionTime()).map(Duration::ofMillis),
        version.flatMap(migrations::find).map(m -> m.reversible()).orElse(false),
        stopped);
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
