package dev.gatewaydb.migrator;

import java.time.Duration;

/**
 * Told what happens while it happens, on the thread that migrates. Every method may be left out.
 */
public interface MigrationListener {
  /** Does nothing. */
  MigrationListener SILENT = new MigrationListener() {};

  /**
   * Another process migrates this database; called once a second while waiting.
   *
   * @param holder the backend that holds the lock, as in {@code pid 4711 (gwdb)}
   * @param waited so far
   */
  default void waitingForLock(String holder, Duration waited) {}

  /**
   * The work is known.
   *
   * @param pending how many will run; 0 when there is nothing to do
   */
  default void planned(int pending) {}

  /** A script starts. */
  default void started(String script) {}

  /**
   * A statement of the script starts.
   *
   * @param number from 1
   * @param of how many the script has
   * @param line where it begins, from 1
   */
  default void statement(int number, int of, int line) {}

  /** A script is done; its transaction commits next. */
  default void finished(String script, Duration duration) {}

  /** PostgreSQL raised a notice or a warning, for example from {@code RAISE WARNING}. */
  default void notice(String severity, String message) {}

  /**
   * The running script waits for somebody's lock; called twice a second while it does.
   *
   * @param blocker its pid, application, state, age and query
   * @param elapsed since the script started
   */
  default void blocked(String blocker, Duration elapsed) {}

  /**
   * The running script takes long; called twice a second while it does.
   *
   * @param elapsed since the script started
   * @param progress of CREATE INDEX, as PostgreSQL reports it; empty for anything else
   */
  default void running(Duration elapsed, String progress) {}

  /**
   * A script ran into lock_timeout, was rolled back, and will be tried again.
   *
   * @param retry from 1
   * @param blocker as in {@link #blocked}; empty when it wasn't seen
   */
  default void retrying(int retry, int retries, Duration pause, String blocker) {}

  /** A script that reverts a migration has run; its transaction commits next. */
  default void reverted(String script, Duration duration) {}
}
