package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.adopt.ForeignHistory;
import dev.gatewaydb.migrator.adopt.Tool;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Brings a database to the state that a {@link MigrationSet} describes, and says where it stands.
 *
 * <p>Each operation uses one physical connection of its own, and a second one only to look at what
 * takes long. Flyway is the engine; its history table stays one that plain Flyway understands. Safe
 * to call from many processes at once: one migrates, the others wait and then find nothing to do.
 * Instances hold no connection.
 *
 * <p>Every operation throws {@link dev.gatewaydb.migrator.error.UnreachableException} when there is
 * no connection, and {@link ConfigurationException} for a server older than 14. Those that write
 * throw {@link RefusedException} when files and history disagree, the lock stays taken, or the
 * connection goes through a transaction pooler; {@link
 * dev.gatewaydb.migrator.error.FailedException} when something fails and is rolled back; {@link
 * dev.gatewaydb.migrator.error.NeedsPersonException} when it failed outside a transaction.
 */
public final class Migrator {
  private final MigrationSet migrations;
  private final Sessions sessions;

  /** With {@link MigratorOptions#DEFAULT} and nobody listening. */
  public Migrator(DataSource dataSource, MigrationSet migrations) {
    this(dataSource, migrations, MigratorOptions.DEFAULT, MigrationListener.SILENT);
  }

  /**
   * @param dataSource where to migrate; a connection straight to PostgreSQL, not through a pooler
   *     in transaction mode
   */
  public Migrator(
      DataSource dataSource,
      MigrationSet migrations,
      MigratorOptions options,
      MigrationListener listener) {
    this(new Sessions(dataSource, migrations, options, listener, connection -> connection, false));
  }

  /** For a throw-away database, with {@link MigratorOptions#DEFAULT} and nobody listening. */
  public Migrator(ScratchDatabase database, MigrationSet migrations) {
    this(database, migrations, MigratorOptions.DEFAULT, MigrationListener.SILENT);
  }

  /**
   * For a throw-away database, in which nobody applies prerequisites by hand: {@link #migrate}
   * first applies those that the server has, and tries without the others.
   */
  public Migrator(
      ScratchDatabase database,
      MigrationSet migrations,
      MigratorOptions options,
      MigrationListener listener) {
    this(
        new Sessions(
            database.dataSource(), migrations, options, listener, connection -> connection, true));
  }

  private Migrator(Sessions sessions) {
    this.migrations = sessions.migrations();
    this.sessions = sessions;
  }

  /**
   * For a service's start: waits for the database as the policy says, then migrates. Safe when many
   * instances start at once. Logs its progress through SLF4J.
   *
   * @throws dev.gatewaydb.migrator.error.UnreachableException when the database doesn't come up, or
   *     at once for a failure that won't pass, such as a wrong password
   */
  public static MigrateReport migrateOnStartup(
      DataSource dataSource, MigrationSet migrations, StartupPolicy policy) {
    return new Startup(policy).run(dataSource, migrations, MigratorOptions.DEFAULT);
  }

  /** Applies everything that is pending, each migration and its history row in one transaction. */
  public MigrateReport migrate() {
    return migrate(Optional.empty());
  }

  /**
   * Applies what is pending up to a version; repeatable migrations wait for a full migrate.
   *
   * @param version of one of the migrations, as {@link MigrationSet#find} takes it
   */
  public MigrateReport migrateTo(String version) {
    return migrate(Optional.of(known(version)));
  }

  private MigrateReport migrate(Optional<String> target) {
    Instant start = Instant.now();
    return sessions.locked(session -> session.migrate(target, start));
  }

  /** Something to do on the connection that migrates, as a part of its transaction. */
  @FunctionalInterface
  public interface Part {
    /** Does it; neither commits nor rolls back. */
    void run(Connection connection) throws SQLException;
  }

  /**
   * Clears the database and migrates it from the start, all in one transaction: whatever fails or
   * is killed on the way leaves it as it was. Only a migration that can't run in a transaction
   * makes what comes before it commit.
   *
   * @param clear drops what there is, the history included
   * @param finish comes after the last migration
   * @throws dev.gatewaydb.migrator.error.NeedsPersonException when something fails after such a
   *     commit
   */
  public MigrateReport rebuild(Part clear, Part finish) {
    return new Rebuild(sessions, clear, finish).run();
  }

  /** How the database stands to what the migrations rely on; writes nothing. */
  public PrerequisitesReport prerequisites() {
    return sessions.connected(session -> session.prerequisites().report());
  }

  /**
   * Runs the prerequisites file in one transaction, as the connected role. What is there already is
   * left alone, so that it can run again.
   *
   * @return the file's statements, in its order
   * @throws RefusedException before anything runs, when the server doesn't have an extension
   */
  public List<PrerequisitesReport.Step> applyPrerequisites() {
    return sessions.locked(session -> session.prerequisites().apply());
  }

  /** Reads files and history; takes no lock and writes nothing. */
  public MigrationStatus status() {
    return sessions.connected(session -> session.engine().status());
  }

  /**
   * Plans to take back the newest applied migrations.
   *
   * @param count 1 or more; more than are applied means all
   * @throws RefusedException when one of them has no down script
   */
  public RevertPlan planRevert(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count is less than 1: " + count);
    }
    return Backward.newest(status(), migrations, count);
  }

  /**
   * Plans to take back every applied migration above a version.
   *
   * @param version an applied one, or 0 for all
   * @throws RefusedException when one of them has no down script
   */
  public RevertPlan planRevertTo(String version) {
    boolean all = version.equals(Backward.ZERO);
    return Backward.downTo(status(), migrations, all ? version : asWritten(version));
  }

  /** Plans to take back the newest applied migrations, up to one that has no down script. */
  public RevertPlan planRevertAll() {
    return Backward.allThatCanBe(status(), migrations);
  }

  /**
   * What the plan's down scripts would drop, found by running them on a scratch database.
   *
   * @throws dev.gatewaydb.migrator.error.FailedException when the migrations don't run there
   */
  public List<Loss> forecast(RevertPlan plan, ScratchServer server) {
    return sessions.connected(
        session -> {
          Optional<String> current = session.engine().status().currentVersion();
          return current.isEmpty() || plan.migrations().isEmpty()
              ? List.of()
              : new LossForecast(migrations, session.historyAt(sessions.options()))
                  .forecast(plan, current.get(), server, session.connection());
        });
  }

  /**
   * Takes the planned migrations back, newest first, each in a transaction of its own.
   *
   * @throws RefusedException when the history has changed since the plan was made
   */
  public MigrateReport revert(RevertPlan plan) {
    return revert(plan, true);
  }

  /**
   * @param ofTheNewest whether to refuse a plan that leaves newer migrations applied
   */
  MigrateReport revert(RevertPlan plan, boolean ofTheNewest) {
    Instant start = Instant.now();
    return sessions.locked(
        session -> {
          MigrationStatus before = session.engine().status();
          if (ofTheNewest && !Backward.isOfTheNewest(plan, before)) {
            throw new RefusedException(
                "somebody else has migrated or reverted since this revert was planned",
                "Look at 'gwdb status' and plan again.",
                null);
          }
          List<MigrateReport.Applied> reverted = session.backward().run(plan, session.retries());
          return session.report(reverted, before, start);
        });
  }

  /**
   * Gives single steps to take, while the session with its lock lasts.
   *
   * @param work uses no other operation of a migrator on the same database meanwhile
   */
  public void step(Consumer<Stepper> work) {
    sessions.locked(
        session -> {
          session.prepare();
          session.createHistory();
          MigrationStatus before = session.engine().status();
          HistoryCheck.requireSound(before);
          work.accept(
              new Stepper(
                  ForwardPlan.of(before, migrations, Optional.empty()),
                  migrations,
                  session.forward(),
                  session.backward(),
                  session.retries()));
          return true;
        });
  }

  /**
   * Says what a migrate would do, by doing it and rolling it back.
   *
   * @param target as for {@link #migrateTo}; empty for everything
   * @param server is asked for a scratch server only when something can't be rolled back
   */
  public DryRunReport dryRun(Optional<String> target, Supplier<ScratchServer> server) {
    return dryRunTo(target.map(this::known), server);
  }

  private DryRunReport dryRunTo(Optional<String> target, Supplier<ScratchServer> server) {
    MigrationStatus before = status();
    HistoryCheck.requireSound(before);
    sessions.connected(
        session -> {
          session.prepare();
          return true;
        });
    if (ForwardPlan.of(before, migrations, target).canRollBack()) {
      try {
        Migrator rolledBack = new Migrator(sessions.wrapped(DryRunConnection::over));
        return new DryRunReport(rolledBack.migrate(target), false);
      } catch (FailedException e) {
        if (!MigrationFailure.hasState(e, MigrationFailure.UNSAFE_NEW_ENUM_VALUE)) {
          throw e;
        }
      }
    }
    try (ScratchServer scratch = server.get();
        ScratchDatabase database = scratch.create()) {
      // What is applied already is nothing to tell of.
      before
          .currentVersion()
          .ifPresent(
              version ->
                  new Migrator(
                          database,
                          migrations.upTo(version),
                          sessions.options(),
                          MigrationListener.SILENT)
                      .migrate());
      Migrator there = new Migrator(database, migrations, sessions.options(), sessions.listener());
      return new DryRunReport(there.migrate(target), true);
    }
  }

  /**
   * Makes the history say that the database is at a version, and runs nothing.
   *
   * @param version of one of the migrations, or 0 for none
   * @param reason for the journal
   * @return what changed, one line each; empty when the history said so already
   */
  public List<String> force(String version, String reason) {
    String wanted = version.equals(Backward.ZERO) ? version : known(version);
    return sessions.locked(session -> session.admin().force(wanted, reason));
  }

  /**
   * Another tool's table that tells of none of these migrations, in a database whose history is not
   * ours yet: somebody else's database, or one to be shared.
   */
  public Optional<ForeignHistory> otherHistory() {
    return foreign(history -> !Adopting.isOf(history, migrations));
  }

  /** Another tool's table that tells of these migrations, where {@link #adopt} was not run yet. */
  public Optional<ForeignHistory> historyToAdopt() {
    return foreign(history -> Adopting.isOf(history, migrations));
  }

  private Optional<ForeignHistory> foreign(Predicate<ForeignHistory> wanted) {
    return sessions.connected(
        session -> {
          List<ForeignHistory> found =
              ForeignHistory.find(session.connection()).stream()
                  .filter(history -> !history.rows().isEmpty())
                  .filter(wanted)
                  .toList();
          return found.isEmpty() || !Adopting.isUnknown(session.engine().status())
              ? Optional.empty()
              : Optional.of(found.getFirst());
        });
  }

  /**
   * Plans to take over what another tool has applied to this database; writes nothing.
   *
   * @param from whose table; empty for the only one that is there
   * @param table its name, with its schema or without; empty for the only one
   * @param acceptChecksums whether files may differ from those that sqlx has recorded
   * @throws RefusedException when no such table is there, several are, it tells of a migration that
   *     was not finished, or its files are not these
   */
  public AdoptPlan planAdopt(Optional<Tool> from, Optional<String> table, boolean acceptChecksums) {
    return sessions.connected(
        session ->
            new Adopting(migrations, session.engine().status())
                .plan(
                    Adopting.choose(ForeignHistory.find(session.connection()), from, table),
                    acceptChecksums));
  }

  /**
   * Writes what was planned into the history, in one transaction and under the other tool's lock;
   * runs nothing and leaves the other tool's table as it is.
   *
   * @return false when somebody else has written it since it was planned
   * @throws RefusedException when the other tool is at work, or either history has changed since
   */
  public boolean adopt(AdoptPlan plan) {
    return sessions.locked(session -> session.admin().adopt(plan));
  }

  /** What {@link #repair} would clear, one line each. */
  public List<String> repairable() {
    return sessions.connected(session -> session.admin().repairable());
  }

  /**
   * Clears history rows that failed and journal entries that were never finished; nothing else.
   *
   * @return what was cleared
   */
  public List<String> repair(String reason) {
    return sessions.locked(session -> session.admin().repair(reason));
  }

  /**
   * Starts a history in a schema that was made by other means: everything up to the version counts
   * as applied.
   *
   * @param version of one of the migrations
   * @param server where the skipped migrations run, to see which tables they create
   * @throws RefusedException when one of those tables is missing, or there is a history already
   */
  public void baseline(String version, String reason, ScratchServer server) {
    String last = known(version);
    sessions.locked(
        session -> {
          session.admin().baseline(last, reason, server);
          return true;
        });
  }

  /** A version as the project writes it, where its migration is known; else as it was given. */
  public String asWritten(String version) {
    return migrations.find(version).map(Migration::version).orElse(version);
  }

  private String known(String version) {
    return migrations
        .find(version)
        .map(Migration::version)
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "there is no migration with version " + version, "'gwdb status' shows them."));
  }
}
