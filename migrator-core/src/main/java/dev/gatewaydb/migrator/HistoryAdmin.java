package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.adopt.ForeignHistory;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Changes of the history by hand. The schema stays as it is, and the journal keeps who and why. */
final class HistoryAdmin {
  private final Connection connection;
  private final MigrationSet migrations;
  private final FlywayEngine engine;
  private final HistoryRows history;
  private final Journal journal;
  private final StatementJournal statements;
  private final String operator;

  HistoryAdmin(
      Connection connection,
      MigrationSet migrations,
      FlywayEngine engine,
      HistoryTable table,
      String operator) {
    this.connection = connection;
    this.migrations = migrations;
    this.engine = engine;
    this.history = new HistoryRows(connection, table, migrations.layout());
    this.journal = new Journal(connection, table);
    this.statements = new StatementJournal(connection, table);
    this.operator = operator;
  }

  /** Makes the history say this version, whichever way that is. Returns what changed. */
  List<String> force(String version, String reason) throws SQLException {
    MigrationStatus before = engine.status();
    Set<String> wanted = new HashSet<>();
    if (!version.equals(Backward.ZERO)) {
      migrations.upTo(version).migrations().forEach(m -> wanted.add(m.version()));
    }
    List<String> changes = new ArrayList<>();
    Transaction.run(
        connection,
        () -> {
          history.create();
          for (MigrationStatus.Entry entry : before.entries()) {
            if (entry.version().isPresent()) {
              String change = force(entry, wanted.contains(entry.version().get()));
              if (!change.isEmpty()) {
                statements.clear(entry.version().get());
                journal.note("force", entry.version().get(), entry.script(), operator, reason);
                changes.add(change);
              }
            }
          }
        });
    return changes;
  }

  /** Returns what changed; empty when nothing had to. */
  private String force(MigrationStatus.Entry entry, boolean wanted) throws SQLException {
    String version = entry.version().orElseThrow();
    if (wanted && entry.state().isPending()) {
      history.insert(entry, Duration.ZERO);
      return "applied: " + version;
    }
    boolean applied =
        MigrationStatus.isApplied(entry.state()) && entry.state() != MigrationState.BASELINE;
    return !wanted && applied && history.delete(version, Duration.ZERO) == 1
        ? "not applied: " + version
        : "";
  }

  /**
   * Takes over what another tool has applied, while nobody else can change either history.
   *
   * @return false when somebody else has done that since it was planned
   */
  boolean adopt(AdoptPlan plan) throws SQLException {
    ForeignHistory source = plan.source();
    Set<String> wanted =
        plan.toAdopt().stream().map(Migration::version).collect(Collectors.toUnmodifiableSet());
    String reason = "from %s's %s".formatted(source.tool().label(), source.table());
    Map<String, ForeignHistory.Row> rows = Adopting.byVersion(source, migrations);
    MigrationStatus status = engine.status();
    long left =
        status.entries().stream()
            .filter(e -> Adopting.isUnknown(e.state()))
            .filter(e -> wanted.contains(e.version().orElse("")))
            .count();
    if (left == 0) {
      return false;
    }
    Transaction.run(
        connection,
        () -> {
          source.lock(connection);
          if (left != wanted.size() || !ForeignHistory.find(connection).contains(source)) {
            throw new RefusedException(
                "%s or the history here has changed since this was planned"
                    .formatted(source.table()),
                "Run this again.",
                null);
          }
          history.create();
          for (MigrationStatus.Entry entry : status.entries()) {
            String version = entry.version().orElse("");
            if (Adopting.isUnknown(entry.state()) && wanted.contains(version)) {
              Optional<ForeignHistory.Row> row = Optional.ofNullable(rows.get(version));
              history.insert(
                  entry,
                  row.map(ForeignHistory.Row::took).orElse(Duration.ZERO),
                  row.flatMap(ForeignHistory.Row::appliedAt));
              journal.note("adopt", version, entry.script(), operator, reason);
            }
          }
        });
    return true;
  }

  /** What a repair would clear, one line each. */
  List<String> repairable() throws SQLException {
    List<String> lines = new ArrayList<>();
    history.failed().forEach(v -> lines.add("failed history row of version " + v));
    statements.unfinished().forEach(v -> lines.add("unfinished statements of version " + v));
    return lines;
  }

  List<String> repair(String reason) throws SQLException {
    List<String> lines = repairable();
    if (lines.isEmpty()) {
      return lines;
    }
    List<String> running = new ArrayList<>();
    for (String version : statements.unfinished()) {
      statements.entries(version).values().stream()
          .filter(StatementJournal.Entry::running)
          .forEach(entry -> running.add("pid " + entry.pid() + " works on " + version));
    }
    if (!running.isEmpty()) {
      throw new RefusedException(
          String.join(", ", running), "Wait for it, or end it with pg_terminate_backend.", null);
    }
    Transaction.run(
        connection,
        () -> {
          for (String version : statements.unfinished()) {
            statements.clearUnfinished(version);
            journal.note("repair", version, "", operator, reason);
          }
          for (String version : history.failed()) {
            journal.note("repair", version, "", operator, reason);
          }
          history.deleteFailed();
        });
    return lines;
  }

  /** Starts a history in a schema that others have made. */
  void baseline(String version, String reason, ScratchServer server) throws SQLException {
    if (history.exists() && !history.isEmpty()) {
      throw new RefusedException(
          "this database has a history already",
          "'gwdb status' shows it; 'gwdb force' changes it.",
          null);
    }
    List<String> missing = new ArrayList<>();
    for (String table : tablesUpTo(version, server)) {
      if (!isThere(table)) {
        missing.add(table);
      }
    }
    if (!missing.isEmpty()) {
      throw new RefusedException(
          "migrations up to %s create tables that are not here: %s"
              .formatted(version, String.join(", ", missing)),
          "Choose the version that this schema really has, or migrate from the start.",
          null);
    }
    Transaction.run(
        connection,
        () -> {
          history.create();
          history.insertBaseline(version, reason.isEmpty() ? "baseline" : reason);
          journal.note("baseline", version, "", operator, reason);
        });
  }

  private List<String> tablesUpTo(String version, ScratchServer server) throws SQLException {
    String sql =
        """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
           AND c.relname <> 'flyway_schema_history' AND c.relname <> 'gwdb_journal' ORDER BY 1
        """;
    try (ScratchDatabase scratch = server.create()) {
      new Migrator(scratch, migrations.upTo(version)).migrate();
      List<String> tables = new ArrayList<>();
      try (Connection there = scratch.dataSource().getConnection();
          Statement statement = there.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
      return tables;
    }
  }

  private boolean isThere(String table) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      statement.setString(1, table);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
