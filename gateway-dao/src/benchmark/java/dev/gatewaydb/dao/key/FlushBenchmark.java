package dev.gatewaydb.dao.key;

import com.zaxxer.hikari.HikariDataSource;
import dev.gatewaydb.dao.usage.UsageRecorder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** How many keys' counts a flush writes in a second. */
public final class FlushBenchmark {
  private static final int KEYS = 100_000;
  private static final int ROUNDS = 8;

  private FlushBenchmark() {}

  /** Prints each round; the first one inserts, the others add to what is there. */
  public static void main(String[] args) throws Exception {
    try (BenchmarkDatabase database = BenchmarkDatabase.start();
        HikariDataSource pool = database.pool(2)) {
      List<UUID> keys = keys(pool);
      UsageRecorder recorder =
          UsageRecorder.start(pool, Duration.ofDays(1), new SimpleMeterRegistry());
      for (int round = 1; round <= ROUNDS; round++) {
        long now = System.currentTimeMillis();
        keys.forEach(key -> recorder.tryRecord(key, Long.MAX_VALUE, now));
        long start = System.nanoTime();
        recorder.flush();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("round %d: %.0f rows/s%n", round, KEYS / seconds);
      }
      recorder.close();
    }
  }

  private static List<UUID> keys(HikariDataSource pool) throws Exception {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          INSERT INTO api_keys (user_id, address, name, key_hash, key_prefix, last_four, permissions)
          SELECT gen_random_uuid(), decode(repeat('ab', 20), 'hex'), 'n',
                 sha256(n::text::bytea), 'gw_live_abcd', 'wxyz', '["rpc"]'
            FROM generate_series(1, %d) n
          """
              .formatted(KEYS));
      statement.execute("VACUUM ANALYZE api_keys");
      List<UUID> keys = new ArrayList<>();
      try (ResultSet row = statement.executeQuery("SELECT id FROM api_keys")) {
        while (row.next()) {
          keys.add(row.getObject(1, UUID.class));
        }
      }
      return keys;
    }
  }
}
