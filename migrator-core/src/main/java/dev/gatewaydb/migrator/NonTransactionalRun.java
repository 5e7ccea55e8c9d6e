package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.NeedsPersonException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
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

  /** These end with the session: a run that goes on where another stopped needs them again. */
  private static final Pattern SESSION =
      Pattern.compile(
          "(?is)(?:SET|RESET|LOAD|PREPARE)\\b.*|SELECT\\s+(?:pg_catalog\\s*\\.\\s*)?set_config\\b.*");

  /** Running these twice does no harm. */
  private static final Pattern REPEATABLE =
      Pattern.compile(
          "(?is)(?:VACUUM|ANALYZE|CLUSTER|REINDEX|ALTER\\s+SYSTEM|ALTER\\s+DATABASE"
              + "|REFRESH\\s+MATERIALIZED\\s+VIEW|DROP\\s+INDEX\\s+CONCURRENTLY\\s+IF\\s+EXISTS)\\b.*");

  private final Connection connection;
  private final StatementJournal journal;
  private final SessionState session;
  private final MigrationListener listener;

  NonTransactionalRun(
      Connection connection,
      StatementJournal journal,
      SessionState session,
      MigrationListener listener) {
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
  void run(String key, Script script) throws SQLException {
    journal.create();
    Map<Integer, StatementJournal.Entry> earlier = journal.entries(key);
    session.beforeOutside(connection);
    for (int number = 1; number <= script.parts().size(); number++) {
      Script.Part part = script.parts().get(number - 1);
      StatementJournal.Entry entry = earlier.get(number);
      boolean done = entry != null && isDone(key, script.file(), part, entry);
      if (!done || SESSION.matcher(part.bare()).matches()) {
        listener.statement(number, script.parts().size(), part.line());
        runPart(key, script.file(), part, number);
      }
    }
    session.reset(connection);
  }

  private boolean isDone(
      String key, MigrationFile file, Script.Part part, StatementJournal.Entry earlier)
      throws SQLException {
    if (earlier.state() == StatementJournal.State.FAILED) {
      return false;
    }
    if (!earlier.hash().equals(part.hash())) {
      throw new RefusedException(
          "%s was edited after a part of it had run (line %d)".formatted(file.path(), part.line()),
          "Restore the file as it was and migrate again, or put the change into a new migration.",
          null);
    }
    if (earlier.state() == StatementJournal.State.DONE) {
      return true;
    }
    if (earlier.running()) {
      throw new RefusedException(
          "%s:%d still runs, in the backend with pid %d of an earlier run"
              .formatted(file.path(), part.line(), earlier.pid()),
          "Wait for it, or end it with SELECT pg_terminate_backend(%d), then migrate again."
              .formatted(earlier.pid()),
          null);
    }
    return wasFinished(key, file, part, earlier.id());
  }

  /** The run ended between the two journal entries: look at what the statement was for. */
  private boolean wasFinished(String key, MigrationFile file, Script.Part part, long id)
      throws SQLException {
    Optional<ConcurrentIndex> index = ConcurrentIndex.of(part.bare());
    if (index.isPresent()) {
      boolean finished = index.get().isFinished(connection);
      finish(id, finished ? StatementJournal.State.DONE : StatementJournal.State.FAILED);
      if (!finished) {
        index.get().dropInvalid(connection, listener);
      }
      return finished;
    }
    if (!runsOutside(part) || REPEATABLE.matcher(part.bare()).matches()) {
      // Inside a transaction its effect and its entry came together or not at all.
      finish(id, StatementJournal.State.FAILED);
      return false;
    }
    throw new NeedsPersonException(
        "%s:%d was interrupted, and nothing tells whether it took effect: %s"
            .formatted(file.path(), part.line(), part.startsWithWords(4)),
        "Look at the database. If it did, record the migration with 'gwdb force %s --reason …'; if not, 'gwdb repair' lets it run again."
            .formatted(key),
        null);
  }

  private void runPart(String key, MigrationFile file, Script.Part part, int number)
      throws SQLException {
    Optional<ConcurrentIndex> index = ConcurrentIndex.of(part.bare());
    if (index.isPresent()) {
      index.get().dropInvalid(connection, listener);
    }
    long id =
        Transaction.call(
            connection,
            () -> {
              session.takeRoleBack(connection);
              return journal.start(key, file.path(), number, part.hash());
            });
    try {
      if (runsOutside(part)) {
        Script.execute(connection, part, listener);
        finish(id, StatementJournal.State.DONE);
      } else {
        Transaction.run(
            connection,
            () -> {
              Script.execute(connection, part, listener);
              session.takeRoleBack(connection);
              journal.finish(id, StatementJournal.State.DONE);
            });
      }
    } catch (SQLException e) {
      giveUp(id, index, e);
      throw MigrationFailure.outside(file.path(), part, number - 1, e);
    }
  }

  /** The script's role may not write into the journal. */
  private void finish(long id, StatementJournal.State state) throws SQLException {
    Transaction.run(
        connection,
        () -> {
          session.takeRoleBack(connection);
          journal.finish(id, state);
        });
  }

  private void giveUp(long id, Optional<ConcurrentIndex> index, SQLException cause) {
    try {
      if (index.isPresent()) {
        index.get().dropInvalid(connection, listener);
      }
      finish(id, StatementJournal.State.FAILED);
    } catch (SQLException e) {
      // The next run finds the entry unfinished and deals with it.
      cause.addSuppressed(e);
    }
  }

  private static boolean runsOutside(Script.Part part) {
    return !part.parsed().canExecuteInTransaction() || OUTSIDE.matcher(part.bare()).matches();
  }
}
