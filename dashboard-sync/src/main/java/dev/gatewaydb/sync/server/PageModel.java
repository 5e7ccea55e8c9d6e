package dev.gatewaydb.sync.server;

import dev.gatewaydb.migrator.MigrationState;
import dev.gatewaydb.migrator.MigrationStatus;
import dev.gatewaydb.migrator.check.DriftReport;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.operate.health.HealthFinding;
import dev.gatewaydb.migrator.operate.health.HealthReport;
import dev.gatewaydb.migrator.operate.health.HealthRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What the page shows.
 *
 * @param database its name and address, without a password
 * @param failure why what is shown isn't of this moment
 * @param state empty while nothing was ever read
 * @param health empty while nothing of the last minute is known
 */
record PageModel(
    String database,
    String version,
    Instant now,
    boolean open,
    Optional<DatabaseWatch.Failure> failure,
    Optional<DatabaseState> state,
    Optional<HealthReport> health,
    Drift drift,
    Optional<LastSync> lastSync,
    Optional<String> currentSha256) {
  private static final int SHOWN_DIFFERENCES = 50;
  private static final int RECENT = 12;

  /** How much somebody should care; the style sheet has a colour for each. */
  enum Level {
    GOOD,
    DOUBTFUL,
    BAD;

    String css() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** A figure at the top. */
  record Tile(String name, String value, String note, Level level) {}

  /**
   * What is known of drift.
   *
   * @param summary in a word or two
   * @param note a sentence
   * @param differences as lines
   */
  record Drift(String summary, String note, Level level, List<String> differences) {
    static final Drift UNKNOWN = new Drift("unknown", "", Level.DOUBTFUL, List.of());

    static Drift of(CompletableFuture<DriftReport> report) {
      if (!report.isDone()) {
        return new Drift(
            "checking…",
            "The migrations are applied to a scratch database for comparison. Reload in a moment.",
            Level.DOUBTFUL,
            List.of());
      }
      try {
        return of(report.join());
      } catch (CompletionException e) {
        String reason =
            e.getCause() instanceof GatewayDbException known
                ? String.valueOf(known.getMessage())
                : "this was not foreseen: " + e.getCause();
        return new Drift("not checked", reason, Level.DOUBTFUL, List.of());
      }
    }

    private static Drift of(DriftReport report) {
      int count = report.drift().size();
      if (count == 0) {
        return new Drift("none", "as the migrations make it", Level.GOOD, List.of());
      }
      List<String> lines =
          report.drift().stream()
              .limit(SHOWN_DIFFERENCES)
              .map(difference -> difference.toText("migrations", "database").stripTrailing())
              .toList();
      return new Drift(
          count + (count == 1 ? " difference" : " differences"),
          "against what the applied migrations make",
          Level.BAD,
          lines);
    }

    int more(int total) {
      return Math.max(0, total - differences.size());
    }
  }

  /** The most serious of what is to be said. */
  Level level() {
    if (failure.isPresent() || state.isEmpty()) {
      return Level.BAD;
    }
    return tiles().stream().map(Tile::level).max(Level::compareTo).orElse(Level.GOOD);
  }

  /** The page in a sentence. */
  String headline() {
    if (failure.isPresent()) {
      return "The database does not answer";
    }
    if (state.isEmpty()) {
      return "Nothing is known yet";
    }
    MigrationStatus migrations = state.get().migrations();
    if (!migrations.unsound().isEmpty()) {
      return Format.count(migrations.unsound().size(), "migration needs", "migrations need")
          + " a look";
    }
    if (findings().stream().anyMatch(HealthFinding::critical)) {
      return "The database needs somebody now";
    }
    if (drift.level() == Level.BAD) {
      return "The schema is not what the migrations make";
    }
    if (!migrations.pending().isEmpty()) {
      return Format.count(migrations.pending().size(), "migration is", "migrations are")
          + " pending";
    }
    if (drift.level() == Level.DOUBTFUL || health.isEmpty()) {
      return "Nothing wrong so far";
    }
    return level() == Level.GOOD && findings().isEmpty()
        ? "All is well"
        : "Up to date, with something to look at";
  }

  List<HealthFinding> findings() {
    return health.map(HealthReport::findings).orElse(List.of());
  }

  List<Tile> tiles() {
    if (state.isEmpty()) {
      return List.of();
    }
    MigrationStatus migrations = state.get().migrations();
    int pending = migrations.pending().size();
    int unsound = migrations.unsound().size();
    List<Tile> tiles = new ArrayList<>();
    tiles.add(
        new Tile(
            "Version",
            migrations.currentVersion().orElse("none"),
            Format.count(migrations.applied(), "migration applied", "migrations applied"),
            unsound > 0 ? Level.BAD : Level.GOOD));
    tiles.add(
        new Tile(
            "Pending",
            String.valueOf(pending),
            pending == 0 ? "nothing to migrate" : "the next migrate applies them",
            pending == 0 ? Level.GOOD : Level.DOUBTFUL));
    tiles.add(new Tile("Drift", drift.summary(), drift.note(), drift.level()));
    HealthRow server = row("server");
    if (health.isEmpty()) {
      tiles.add(new Tile("Connections", "unknown", "they could not be counted", Level.DOUBTFUL));
    } else {
      tiles.add(connections());
    }
    tiles.add(
        new Tile(
            "Size",
            server.has("databaseBytes") ? Format.bytes(server.number("databaseBytes")) : "unknown",
            "the whole database",
            Level.GOOD));
    tiles.add(sync());
    return tiles;
  }

  private Tile connections() {
    HealthRow row = row("connections");
    Level level =
        findings().stream()
            .filter(finding -> finding.check().equals("connections"))
            .map(finding -> finding.critical() ? Level.BAD : Level.DOUBTFUL)
            .findFirst()
            .orElse(Level.GOOD);
    return new Tile(
        "Connections",
        "%.0f of %.0f".formatted(row.number("used"), row.number("max")),
        "%.0f %% of max_connections".formatted(row.number("percent")),
        level);
  }

  private Tile sync() {
    if (lastSync.isEmpty()) {
      return new Tile(
          "Last sync", "none", "nobody has fetched init.sql since this server started", Level.GOOD);
    }
    LastSync last = lastSync.get();
    boolean behind = currentSha256.filter(current -> !current.equals(last.sha256())).isPresent();
    return new Tile(
        "Last sync",
        Format.ago(Duration.between(last.at(), now)),
        "by %s, %s".formatted(last.by(), behind ? "behind by now" : "still the newest"),
        behind ? Level.DOUBTFUL : Level.GOOD);
  }

  /** The one row of a section; without fields where it couldn't be measured. */
  HealthRow row(String section) {
    List<HealthRow> rows = rows(section);
    return rows.isEmpty() ? new HealthRow(Map.of()) : rows.getFirst();
  }

  List<HealthRow> rows(String section) {
    return health.map(report -> report.section(section)).orElse(List.of());
  }

  /** 0 to 100, of the largest table. */
  double share(HealthRow table) {
    double largest = rows("tables").stream().mapToDouble(r -> r.number("bytes")).max().orElse(0);
    return largest == 0 ? 0 : 100 * table.number("bytes") / largest;
  }

  List<MigrationStatus.Entry> pending() {
    return state.map(s -> s.migrations().pending()).orElse(List.of());
  }

  /** What has happened, newest first. */
  List<MigrationStatus.Entry> history() {
    List<MigrationStatus.Entry> entries =
        new ArrayList<>(
            state.map(s -> s.migrations().entries()).orElse(List.of()).stream()
                .filter(entry -> !entry.state().isPending())
                .toList());
    Collections.reverse(entries);
    return entries;
  }

  List<MigrationStatus.Entry> recent() {
    List<MigrationStatus.Entry> all = history();
    return all.subList(0, Math.min(RECENT, all.size()));
  }

  List<MigrationStatus.Entry> earlier() {
    List<MigrationStatus.Entry> all = history();
    return all.subList(Math.min(RECENT, all.size()), all.size());
  }

  static Level level(MigrationState state) {
    return switch (state) {
      case APPLIED, BASELINE, BELOW_BASELINE -> Level.GOOD;
      case PENDING, INTERRUPTED, OUTDATED, OUT_OF_ORDER, SUPERSEDED -> Level.DOUBTFUL;
      case EDITED, MISSING, FUTURE, LATE, FAILED -> Level.BAD;
    };
  }
}
