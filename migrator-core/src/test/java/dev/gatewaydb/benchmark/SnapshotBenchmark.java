package dev.gatewaydb.benchmark;

import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;

/**
 * Reading a schema of two thousand tables, beside {@code pg_dump --schema-only} of the same one.
 */
public final class SnapshotBenchmark {
  private static final int TABLES = 2_000;
  private static final int AT_ONCE = 100;
  private static final int ROUNDS = 5;

  private SnapshotBenchmark() {}

  /** Takes the URL of a server that pg_dump, from the PATH, can dump. */
  public static void main(String[] args) throws Exception {
    try (ScratchServer server =
            ScratchServer.on(DatabaseSettings.fromUri("argument", args[0], Map.of()));
        ScratchDatabase database = server.create()) {
      fill(database);
      for (int round = 1; round <= ROUNDS; round++) {
        long start = System.nanoTime();
        int objects;
        try (Connection connection = database.dataSource().getConnection()) {
          objects = SchemaSnapshot.read(connection).objects().size();
        }
        long read = System.nanoTime();
        Process dump =
            new ProcessBuilder("pg_dump", "--schema-only", database.settings().uri())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int code = dump.waitFor();
        System.out.printf(
            "round %d: %d objects read in %d ms; pg_dump ended with %d after %d ms%n",
            round,
            objects,
            Duration.ofNanos(read - start).toMillis(),
            code,
            Duration.ofNanos(System.nanoTime() - read).toMillis());
      }
    }
  }

  private static void fill(ScratchDatabase database) throws Exception {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      StringBuilder sql = new StringBuilder();
      for (int i = 1; i <= TABLES; i++) {
        sql.append(
            """
            CREATE TABLE t%1$d (
                id bigserial PRIMARY KEY,
                parent bigint REFERENCES t%2$d,
                name varchar(80) NOT NULL DEFAULT 'x' CHECK (name <> ''),
                at timestamptz DEFAULT now()
            );
            CREATE INDEX ON t%1$d (name, at DESC);
            COMMENT ON TABLE t%1$d IS 'Number %1$d';
            """
                .formatted(i, Math.max(1, i - 1)));
        if (i % AT_ONCE == 0) {
          statement.execute(sql.toString());
          sql.setLength(0);
        }
      }
    }
  }
}
