package dev.gatewaydb.benchmark;

import dev.gatewaydb.migrator.operate.maintain.Maintenance;
import dev.gatewaydb.migrator.operate.maintain.MaintenanceListener;
import dev.gatewaydb.migrator.operate.maintain.PruneReport;
import dev.gatewaydb.migrator.operate.maintain.RetentionRule;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How fast old rows go, and how long a batch has them locked; beside one plain DELETE of the same.
 */
public final class PruneBenchmark {
  private static final String TABLE =
      """
      CREATE TABLE sessions (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, token bytea NOT NULL,
          at timestamptz NOT NULL, agent text);
      INSERT INTO sessions (token, at, agent)
      SELECT sha256(g::text::bytea), now() - interval '100 days' + g * interval '100 days' / %1$d, repeat('x', 120)
        FROM generate_series(1, %1$d) g;
      %2$s;
      ANALYZE sessions;
      CHECKPOINT
      """;

  private PruneBenchmark() {}

  /** Takes the cache folder and the number of rows, of which nine of ten go. */
  public static void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[1]);
    try (ScratchServer server = ScratchServer.embedded(Path.of(args[0]))) {
      for (String index : List.of("CREATE INDEX ON sessions (at)", "SELECT")) {
        for (int round = 1; round <= 3; round++) {
          try (ScratchDatabase plain = server.create();
              ScratchDatabase batched = server.create()) {
            String with = index.equals("SELECT") ? "without index" : "with index";
            execute(plain, TABLE.formatted(rows, index));
            long start = System.nanoTime();
            execute(plain, "DELETE FROM sessions WHERE at < now() - interval '10 days'");
            double seconds = (System.nanoTime() - start) / 1e9;
            execute(batched, TABLE.formatted(rows, index));
            PruneReport report = prune(batched);
            System.out.printf(
                "%s: %,d rows, %.1f s, %,.0f rows/s, %d batches, the longest %d ms; one DELETE %.1f s%n",
                with,
                report.deleted(),
                report.elapsed().toMillis() / 1e3,
                report.deleted() / (report.elapsed().toMillis() / 1e3),
                report.batches(),
                report.longest().toMillis(),
                seconds);
          }
        }
      }
    }
  }

  private static PruneReport prune(ScratchDatabase database) {
    RetentionRule rule =
        new RetentionRule("sessions", "sessions", "at", Duration.ofDays(10), Optional.empty());
    try (Maintenance maintenance =
        Maintenance.open(
            database.dataSource(), Maintenance.USUAL_LAG_BYTES, MaintenanceListener.SILENT)) {
      return maintenance.prune(maintenance.plan(List.of(rule)).getFirst());
    }
  }

  private static void execute(ScratchDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : sql.split(";", -1)) {
        statement.execute(each);
      }
    }
  }
}
