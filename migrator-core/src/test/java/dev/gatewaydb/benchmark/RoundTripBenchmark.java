package dev.gatewaydb.benchmark;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.check.RoundTrip;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The round trip of two hundred reversible migrations, each a table. */
public final class RoundTripBenchmark {
  private static final int MIGRATIONS = 200;
  private static final int ROUNDS = 2;

  private RoundTripBenchmark() {}

  /** Takes the cache folder as its argument. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("gwdb-benchmark");
    for (int i = 1; i <= MIGRATIONS; i++) {
      Files.writeString(
          folder.resolve("V%d__table.sql".formatted(i)),
          "CREATE TABLE t%d (id BIGINT PRIMARY KEY, name TEXT);%n".formatted(i));
      Files.writeString(
          folder.resolve("U%d__table.sql".formatted(i)), "DROP TABLE t%d;%n".formatted(i));
    }
    MigrationSet migrations = MigrationSet.read(folder);
    try (ScratchServer server = ScratchServer.embedded(Path.of(args[0]))) {
      for (int round = 1; round <= ROUNDS; round++) {
        long start = System.nanoTime();
        int found =
            new RoundTrip(migrations, MigratorOptions.DEFAULT, server, done -> {}).run().size();
        System.out.printf(
            "round %d: %d ms, %d findings%n",
            round, Duration.ofNanos(System.nanoTime() - start).toMillis(), found);
      }
    }
  }
}
