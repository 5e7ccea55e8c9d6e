package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.NeedsPersonException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Runs a migration outside a transaction, one statement at a time. The journal says before and
 * after each what happens, so that a run after a kill goes on where the last one stopped.
 */
final class NonTransactionalRun {
  /** What PostgreSQL refuses inside a transaction block, or what may commit by itself. */
  private static final Pattern OUTSIDE =
      Pattern.compile(
          "(?is)(?:VACUUM|CLUSTER|CALL|DO|REINDEX|CREATE\\s+DATABASE|DROP\\s+DATABASE"
              + "|CREATE\\s+TABLESPACE|DROP\\s+TABLESPACE|ALTER\\s+SYSTEM|ALTER\\s+DATABASE"
              + "|CREATE\\s+SUBSCRIPTION|ALTER\\s+SUBSCRIPTION|DROP\\s+SUBSCRIPTION)\\b.*"
              + "|.*\\bCONCURRENTLY\\b.*");

  /** Running these twice does no harm. */
  private static final Pattern REPEATABLE =
      Pattern.compile(
          "(?is)(?:VACUUM|ANALYZE|CLUSTER|REINDEX|ALTER\\s+SYSTEM|ALTER\\s+DATABASE"
              + "|REFRESH\\s+MATERIALIZED\\s+VIEW|DROP\\s+INDEX\\s+CONCURRENTLY\\s+IF\\s+EXISTS)\\b.*");

  private final Connection connection;
  private final Journal journal;
  private final SessionState session;
  private final MigrationListener listener;

  NonTransactionalRun(
      Connection connection, Journal journal, SessionState session, MigrationListener listener) {
    this.connection = connection;
    this.journal = journal;
    this.session = session;
    this.listener = listener;
  }

  /**
   * Does what is not done yet; afterwards the history can follow.
   *
   * @param key under which the journal keeps this script
   */
  void run(String key, MigrationFile file) throws SQLException {
    Script script = Script.parse(file);
    session.beforeOutside(connection);
    for (int number = 1; number <= script.parts().size(); number++) {
      Script.Part part = script.parts().get(number - 1);
      if (!isDone(key, file, part, number)) {
        runPart(key, file, part, number);
      }
    }
    session.reset(connection);
  }

  private boolean isDone(String key, MigrationFile file, Script.Part part, int number)
      throws SQLException {
    Optional<String> done = journal.doneHash(key, number);
    if (done.isPresent()) {
      requireSame(file, part, done.get());
      return true;
    }
    Optional<Journal.Started> started = journal.started(key, number);
    if (started.isEmpty()) {
      return false;
    }
    Journal.Started earlier = started.get();
    requireSame(file, part, earlier.hash());
    if (earlier.running()) {
      throw new RefusedException(
          "%s:%d still runs, in the backend with pid %d of an earlier run"
              .formatted(file.path(), part.line(), earlier.pid()),
          "Wait for it, or end it with SELECT pg_terminate_backend(%d), then migrate again."
              .formatted(earlier.pid()),
          null);
    }
    return wasFinished(key, file, part, earlier);
  }

  /** The run ended between the two journal entries: look at what the statement was for. */
  private boolean wasFinished(
      String key, MigrationFile file, Script.Part part, Journal.Started earlier)
      throws SQLException {
    Optional<ConcurrentIndex> index = ConcurrentIndex.of(part.bare());
    if (index.isPresent()) {
      boolean finished = index.get().isFinished(connection);
      journal.finish(earlier.id(), finished ? "done" : "failed");
      if (!finished) {
        index.get().dropInvalid(connection, listener);
      }
      return finished;
    }
    if (!runsOutside(part) || REPEATABLE.matcher(part.bare()).matches()) {
      // Inside a transaction its effect and its entry came together or not at all.
      journal.finish(earlier.id(), "failed");
      return false;
    }
    throw new NeedsPersonException(
        "%s:%d was interrupted, and nothing tells whether it took effect: %s"
            .formatted(file.path(), part.line(), part.startsWithWords(4)),
        "Look at the database. If it did, record the migration with 'gwdb force %s --reason …'; if not, 'gwdb repair' lets it run again."
            .formatted(key),
        null);
  }

  private static void requireSame(MigrationFile file, Script.Part part, String hash) {
    if (!hash.equals(part.hash())) {
      throw new RefusedException(
          "%s was edited after a part of it had run (line %d)".formatted(file.path(), part.line()),
          "Restore the file as it was and migrate again, or put the change into a new migration.",
          null);
    }
  }

  private void runPart(String key, MigrationFile file, Script.Part part, int number)
      throws SQLException {
    if (ConcurrentIndex.of(part.bare()).isPresent()) {
      ConcurrentIndex.of(part.bare()).get().dropInvalid(connection, listener);
    }
    boolean outside = runsOutside(part);
    long id = journal.start(key, file.path(), number, part.hash());
    try {
      if (outside) {
        Script.execute(connection, part);
        journal.finish(id, "done");
      } else {
        connection.setAutoCommit(false);
        Script.execute(connection, part);
        journal.finish(id, "done");
        connection.commit();
      }
    } catch (SQLException e) {
      giveUp(id, part, e);
      throw new NeedsPersonException(
          MigrationFailure.message(file.path(), part.line(), part.sql(), Optional.of(e)),
          "It runs outside a transaction: the %d statements before this one stay. Remove the cause and migrate again, which goes on from here."
              .formatted(number - 1),
          e);
    } finally {
      if (!connection.isClosed()) {
        connection.setAutoCommit(true);
      }
    }
  }

  private void giveUp(long id, Script.Part part, SQLException cause) {
    try {
      if (!connection.getAutoCommit()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
      Optional<ConcurrentIndex> index = ConcurrentIndex.of(part.bare());
      if (index.isPresent()) {
        index.get().dropInvalid(connection, listener);
      }
      journal.finish(id, "failed");
    } catch (SQLException e) {
      // The next run finds the entry unfinished and deals with it.
      cause.addSuppressed(e);
    }
  }

  private static boolean runsOutside(Script.Part part) {
    return !part.parsed().canExecuteInTransaction() || OUTSIDE.matcher(part.bare()).matches();
  }
}
