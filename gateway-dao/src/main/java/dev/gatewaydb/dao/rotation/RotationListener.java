package dev.gatewaydb.dao.rotation;

import java.time.Duration;

/** Told of a run's progress, from the thread that runs it. */
public interface RotationListener {
  /** Hears nothing. */
  RotationListener NONE = new RotationListener() {};

  /**
   * A batch is done.
   *
   * @param table as configured, with its column
   * @param done rows looked at so far, those of an earlier, killed run included
   * @param total rows with a secret when the run began
   */
  default void progress(String table, long done, long total) {}

  /** An online run goes on where an earlier one was stopped. */
  default void resumed(String table, long done) {}

  /** Standbys are behind; called about once a second. */
  default void waitingForStandby(long lagBytes, Duration waited) {}
}
