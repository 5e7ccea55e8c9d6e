package dev.gatewaydb.cli;

import java.util.logging.Level;
import java.util.logging.Logger;

/** The driver logs some failures besides throwing them; here every exception is reported once. */
final class DriverLog {
  /** Held here: the log manager would forget an unreferenced logger, and its level. */
  private static final Logger DRIVER = Logger.getLogger("org.postgresql");

  private DriverLog() {}

  static void silence() {
    DRIVER.setLevel(Level.OFF);
  }
}
