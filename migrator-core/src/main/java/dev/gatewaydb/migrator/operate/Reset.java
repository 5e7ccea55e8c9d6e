package dev.gatewaydb.migrator.operate;

import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.adopt.ForeignHistory;
import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.check.Ownership;
import dev.gatewaydb.migrator.check.Snapshots;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Drops what is ours and migrates from the start, in one transaction. What the migrations make is
 * ours, and gwdb's own tables; of the rest, {@link Ownership} says it. Extensions stay. {@link
 * ResetGuard} is the caller's to ask.
 */
public final class Reset {
  /** Beyond, counting takes longer than somebody wants to wait for a preview. */
  private static final long COUNTED = 5_000_000;

  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final String OUT_OF_MEMORY = "53200";
  private static final String ALEMBIC = "alembic_version";

  private final DataSource live;
  private final MigrationSet migrations;
  private final MigratorOptions options;
  private final Ownership ownership;
  private final MigrationListener listener;

  /** For a database that these migrations serve. */
  public Reset(
      DataSource live,
      MigrationSet migrations,
      MigratorOptions options,
      Ownership ownership,
      MigrationListener listener) {
    this.live = live;
    this.migrations = migrations;
    this.options = options;
    this.ownership = ownership;
    this.listener = listener;
  }

  /**
   * What a reset would drop; changes nothing.
   *
   * @param server where the migrations run once, to see what they make, and that they run
   * @throws RefusedException when something that stays needs something that would go
   * @throws FailedException when the migrations don't run, or a catalog can't be read
   */
  public Planned plan(ScratchServer server) {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(live);
        Connection connection = one.getConnection()) {
      SchemaSnapshot made = made(server, Snapshots.historySchema(connection, options));
      Dropping dropping = dropping(connection, made);
      dropping.requireNothingElseFalls();
      List<ResetPlan.Table> tables = new ArrayList<>();
      List<ObjectId> others = new ArrayList<>();
      for (ObjectId id : dropping.order().reversed()) {
        if (id.kind() == ObjectKind.TABLE) {
          tables.add(count(connection, id.name()));
        } else {
          others.add(id);
        }
      }
      return new Planned(
          new ResetPlan(tables, others, dropping.kept()), made, Set.copyOf(dropping.order()));
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
  }

  /** A plan, and what it was made of. */
  public static final class Planned {
    private final ResetPlan plan;
    private final SchemaSnapshot made;
    private final Set<ObjectId> dropped;

    private Planned(ResetPlan plan, SchemaSnapshot made, Set<ObjectId> dropped) {
      this.plan = plan;
      this.made = made;
      this.dropped = dropped;
    }

    /** For people to look at. */
    public ResetPlan plan() {
      return plan;
    }
  }

  /**
   * Does what was planned, then migrates and marks the environment. Whatever fails or is killed on
   * the way leaves the old database whole; see {@link Migrator#rebuild} for the exception.
   *
   * @param environment what to mark it with
   * @param disconnect whether to end other clients' sessions first; else they are a reason to
   *     refuse
   * @throws RefusedException when others are connected, or objects have come or gone since the plan
   */
  public MigrateReport run(
      Planned planned, EnvironmentMarker marker, String environment, boolean disconnect) {
    EnvironmentMarker.requireName(environment);
    return new Migrator(live, migrations, options, listener)
        .rebuild(
            connection -> clear(connection, planned, disconnect),
            connection -> marker.write(connection, environment));
  }

  private void clear(Connection connection, Planned planned, boolean disconnect) {
    String current = "";
    try (Statement statement = connection.createStatement()) {
      if (disconnect) {
        OtherClients.disconnect(connection);
      }
      OtherClients.requireNone(connection, "Stop them, or say --disconnect to end their sessions.");
      statement.execute("SET LOCAL lock_timeout = " + options.lockTimeout().toMillis());
      Dropping dropping = dropping(connection, planned.made);
      dropping.requireNothingElseFalls();
      if (!Set.copyOf(dropping.order()).equals(planned.dropped)) {
        throw new RefusedException(
            "tables or other objects have come or gone since this reset was planned",
            "Run it again.",
            null);
      }
      for (ObjectId id : dropping.order()) {
        current = "drop " + id;
        statement.execute(Dropping.sql(id));
      }
    } catch (SQLException e) {
      throw failed(current, e);
    }
  }

  private static FailedException failed(String what, SQLException e) {
    String nextStep =
        switch (String.valueOf(e.getSQLState())) {
          case LOCK_NOT_AVAILABLE ->
              "Somebody uses it: see 'SELECT * FROM pg_stat_activity', or wait longer with"
                  + " --lock-timeout.";
          case OUT_OF_MEMORY ->
              "All of it is one transaction, which needs a lock for each table and index: raise"
                  + " max_locks_per_transaction and restart the server.";
          default -> "Nothing was changed. Remove the cause, then run this again.";
        };
    return new FailedException(
        "can't %s: %s".formatted(what.isEmpty() ? "look at the database" : what, e.getMessage()),
        nextStep,
        e);
  }

  private Dropping dropping(Connection connection, SchemaSnapshot made) throws SQLException {
    SchemaSnapshot there = SchemaSnapshot.read(connection);
    Set<ObjectId> external = new HashSet<>(ownership.externalIn(there, made));
    List<String> bookkeeping = bookkeeping(connection);
    SchemaSnapshot others = there.withoutTables(bookkeeping);
    there.objects().stream()
        .map(CatalogObject::id)
        .filter(id -> others.find(id).isEmpty())
        .forEach(external::remove);
    requireNoStranger(there, external);
    return new Dropping(there, made, external);
  }

  /** Our own tables, and other tools' that would keep migrate from starting anew. */
  private List<String> bookkeeping(Connection connection) throws SQLException {
    String schema = Snapshots.historySchema(connection, options);
    List<String> tables = new ArrayList<>();
    options.bookkeepingTables().forEach(table -> tables.add(schema + "." + table));
    for (ForeignHistory history : ForeignHistory.find(connection)) {
      if (history.hasUsualName()
          && history.rows().stream().anyMatch(r -> migrations.find(r.version()).isPresent())) {
        tables.add(history.table());
      }
    }
    return tables;
  }

  /** Another system that migrates in the same database has tables here that nobody told us of. */
  private void requireNoStranger(SchemaSnapshot there, Set<ObjectId> external) {
    Optional<CatalogObject> stranger =
        there.objects().stream()
            .filter(object -> object.id().kind() == ObjectKind.TABLE)
            .filter(object -> object.simpleName().equals(ALEMBIC))
            .filter(object -> !external.contains(object.id()))
            .findFirst();
    if (stranger.isPresent()) {
      throw new RefusedException(
          "%s says that Alembic keeps another system's tables in this database"
              .formatted(stranger.get().id().name()),
          "Name the project's own tables in gwdb.toml, as tables.owned: the others then stay.",
          null);
    }
  }

  private SchemaSnapshot made(ScratchServer server, String historySchema) throws SQLException {
    try (ScratchDatabase scratch = server.create()) {
      MigratorOptions there =
          options.withHistory(Optional.of(historySchema), options.historyTable());
      new Migrator(scratch, migrations, there, MigrationListener.SILENT).migrate();
      try (Connection connection = scratch.dataSource().getConnection()) {
        return Snapshots.read(connection, there);
      }
    }
  }

  private static ResetPlan.Table count(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      long estimate =
          number(
              statement,
              "SELECT reltuples::bigint FROM pg_class WHERE oid = '%s'::regclass"
                  .formatted(table.replace("'", "''")));
      return estimate > COUNTED
          ? new ResetPlan.Table(table, estimate, false)
          : new ResetPlan.Table(table, number(statement, "SELECT count(*) FROM " + table), true);
    }
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
