package dev.gatewaydb.migrator.scratch;

import java.nio.file.Path;

/** The cache that all tests share, as ScratchPostgres has it. */
final class Caches {
  private Caches() {}

  static Path shared() {
    String home = System.getProperty("user.home");
    return Path.of(System.getProperty("gwdb.test.cache", home + "/.cache/gwdb"));
  }
}
