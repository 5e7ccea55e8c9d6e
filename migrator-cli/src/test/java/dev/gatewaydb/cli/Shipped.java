package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.schema.GatewaySchema;
import java.util.List;

/** What the built-in migrations are at the moment, so that a new one changes no test. */
final class Shipped {
  private static final List<Migration> ALL =
      MigrationSet.onClassPath(Shipped.class.getClassLoader(), GatewaySchema.migrationsLocation())
          .migrations();

  static final int COUNT = ALL.size();
  static final String NEWEST = version(COUNT - 1);
  static final String BEFORE_NEWEST = version(COUNT - 2);

  private Shipped() {}

  private static String version(int index) {
    return ALL.get(index).version();
  }

  /** As words, as status shows it. */
  static String newestDescription() {
    return ALL.get(COUNT - 1).description();
  }
}
