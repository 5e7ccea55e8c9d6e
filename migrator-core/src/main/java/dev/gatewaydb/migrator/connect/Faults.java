package dev.gatewaydb.migrator.connect;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that everything is reported at once. */
final class Faults {
  static final String FORM = "postgres://user:password@host:5432/database";

  private final List<String> found;
  private boolean databaseMissing;

  Faults(List<String> earlier) {
    this.found = new ArrayList<>(earlier);
  }

  void add(String fault) {
    found.add(fault);
  }

  void databaseMissing() {
    found.add("DATABASE_URL is not set");
    databaseMissing = true;
  }

  int count() {
    return found.size();
  }

  void throwIfAny() {
    if (found.isEmpty()) {
      return;
    }
    throw new ConfigurationException(
        found, databaseMissing ? threeWays() : "Correct these settings and try again.");
  }

  private static String threeWays() {
    return """
        Set it in one of three ways:
          export DATABASE_URL=%1$s
          a file named .env with the line DATABASE_URL=%1$s
          the variables PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE
        With no database at hand, 'gwdb local-dev' starts one.\
        """
        .formatted(FORM);
  }
}
