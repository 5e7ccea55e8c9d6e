package dev.gatewaydb.sync.server;

import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long the server takes on a schema of 200 tables, seen by a client on the same machine. */
public final class ServerBenchmark {
  private static final int TABLES = 200;
  private static final int WARM_UP = 60;
  private static final int RUNS = 40;

  private ServerBenchmark() {}

  /** Takes the cache folder as its argument. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("gwdb-benchmark");
    try (ScratchServer scratch = ScratchServer.embedded(Path.of(args[0]));
        ScratchDatabase database = scratch.create()) {
      for (int i = 1; i <= TABLES; i++) {
        Serving.execute(
            database,
            """
            CREATE TABLE t%1$d (id bigserial PRIMARY KEY, name text NOT NULL UNIQUE, amount numeric CHECK (amount > 0),
                other bigint REFERENCES t%2$d, made timestamptz NOT NULL DEFAULT now());
            CREATE INDEX ON t%1$d (made);
            INSERT INTO t%1$d (name, amount) SELECT n, 1 FROM generate_series(1, %1$d) n
            """
                .formatted(i, Math.max(1, i - 1)));
      }
      MigrationSet none = MigrationSet.read(folder, Layout.FLYWAY);
      try (Serving server =
          Serving.open(Serving.of(database.settings(), none, Serving.scratch(database)))) {
        for (String path : List.of("/init.sql", "/schema.svg", "/schema.json")) {
          measure(server, path + ", the first", path, 1, Duration.ZERO);
        }
        measure(server, "(warming up)", "/", WARM_UP, Duration.ofMillis(1_010));
        measure(server, "/, state read anew", "/", RUNS, Duration.ofMillis(1_010));
        measure(server, "/, within the second", "/", RUNS, Duration.ofMillis(5));
        measure(server, "/init.sql, from memory", "/init.sql", RUNS, Duration.ofMillis(5));
        measure(server, "/schema.svg, from memory", "/schema.svg", RUNS, Duration.ofMillis(5));
      }
    } finally {
      Files.delete(folder);
    }
  }

  private static void measure(Serving server, String what, String path, int runs, Duration pause)
      throws Exception {
    List<Double> millis = new ArrayList<>();
    int size = 0;
    for (int i = 0; i < runs; i++) {
      Thread.sleep(pause);
      long start = System.nanoTime();
      size = server.get(path).body().length();
      millis.add((System.nanoTime() - start) / 1e6);
    }
    Collections.sort(millis);
    System.out.printf(
        "%-26s median %.0f ms, %.0f to %.0f, %d characters%n",
        what, millis.get(runs / 2), millis.getFirst(), millis.getLast(), size);
  }
}
