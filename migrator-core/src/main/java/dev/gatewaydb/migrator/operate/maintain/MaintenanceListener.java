package dev.gatewaydb.migrator.operate.maintain;

import java.time.Duration;

/** Is told what happens while it happens, on the thread that does it. */
public interface MaintenanceListener {
  /** Says nothing. */
  MaintenanceListener SILENT = new MaintenanceListener() {};

  /**
   * After each batch, which is committed.
   *
   * @param what the table
   * @param rows deleted from it so far
   * @param share of the work, 0 to 1; an estimate
   */
  default void progress(String what, long rows, double share) {}

  /**
   * A standby is too far behind.
   *
   * @param lagBytes how far
   * @param waited since when
   */
  default void waitingForStandby(long lagBytes, Duration waited) {}

  /**
   * Somebody has the table or its rows locked.
   *
   * @param what the table
   * @param holder who, as far as one can see
   * @param waited since when
   */
  default void waitingForLock(String what, String holder, Duration waited) {}

  /** One of several things begins, such as vacuuming a table. */
  default void begins(String what, int number, int of) {}
}
