package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Runs a script and writes what is to be known of it, in one transaction. Begins with a session as
 * {@link SessionState#reset} leaves it, and leaves it so.
 */
final class TransactionalRun {
  private final Connection connection;
  private final SessionState session;
  private final MigrationListener listener;

  TransactionalRun(Connection connection, SessionState session, MigrationListener listener) {
    this.connection = connection;
    this.session = session;
    this.listener = listener;
  }

  /** Writes into the history and the journal. */
  @FunctionalInterface
  interface Recorder {
    /** Called when the script is done, with the time that it took. */
    void write(Duration duration) throws SQLException;
  }

  /** Returns how long the script ran; nothing of it remains when it fails. */
  Duration run(Script script, Recorder recorder) {
    long start = System.nanoTime();
    Duration[] duration = {Duration.ZERO};
    try {
      Transaction.run(
          connection,
          () -> {
            session.limit(connection);
            script.execute(connection, listener);
            duration[0] = Duration.ofNanos(System.nanoTime() - start);
            // The script may have taken a role that may not write there.
            session.reset(connection);
            recorder.write(duration[0]);
          });
    } catch (SQLException e) {
      throw MigrationFailure.rolledBack(script.file().path(), e);
    }
    return duration[0];
  }
}
