package dev.gatewaydb.benchmark;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;

/** How long until a scratch server answers, in one JVM: the first time and then again. */
public final class ScratchBenchmark {
  private ScratchBenchmark() {}

  /** Takes the cache folder as its argument. */
  public static void main(String[] args) throws Exception {
    Path cache = Path.of(args[0]);
    for (int run = 1; run <= 6; run++) {
      long start = System.nanoTime();
      try (ScratchServer server = ScratchServer.embedded(cache);
          ScratchDatabase database = server.create();
          Connection connection = database.dataSource().getConnection()) {
        System.out.printf(
            "run %d: ready after %d ms, PostgreSQL %s%n",
            run,
            Duration.ofNanos(System.nanoTime() - start).toMillis(),
            connection.getMetaData().getDatabaseProductVersion());
      }
    }
  }
}
