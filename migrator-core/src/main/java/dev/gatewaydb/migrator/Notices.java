package dev.gatewaydb.migrator;

import org.flywaydb.core.api.callback.Warning;
import org.flywaydb.core.internal.jdbc.Results;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What PostgreSQL and we have to say beside a result. */
final class Notices {
  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
  private static final String NOTE = "NOTE";
  private static final String WARNING_CLASS = "01";

  private Notices() {}

  /** From us. */
  static void note(MigrationListener listener, String message) {
    listener.notice(NOTE, message);
  }

  /** Such a file is applied like any other, and may not be filled afterwards. */
  static void ofEmpty(Script script, MigrationListener listener) {
    if (script.parts().isEmpty()) {
      note(listener, script.file().path() + " holds no statement");
    }
  }

  /** From RAISE and the like; warnings are logged as well, as Flyway does. */
  static void of(Results results, MigrationListener listener) {
    for (Warning warning : results.getWarnings()) {
      if (warning.getState().startsWith(WARNING_CLASS)) {
        LOG.warn(warning.getMessage());
      }
      listener.notice(warning.getState(), warning.getMessage());
    }
  }
}
