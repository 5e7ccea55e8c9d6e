package dev.gatewaydb.dao.key;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Deciding with a query, and that query alone, in turn, so that whatever else the machine does falls
 * on both; and what deciding from memory takes of a core's time, which others' work doesn't change.
 */
public final class LookupBenchmark {
  private static final int KEYS = 2_000;
  private static final int WARM_UP = 6_000;
  private static final int PAIRS = 10_000;
  private static final int CACHED = 10_000_000;

  private static long sink;

  private LookupBenchmark() {}

  /** Prints medians and their ratio. */
  public static void main(String[] args) throws Exception {
    try (BenchmarkDatabase database = BenchmarkDatabase.start();
        HikariDataSource pool = database.pool(4);
        ApiKeyAuthenticator cached =
            ApiKeyAuthenticator.on(pool).meters(new SimpleMeterRegistry()).start();
        ApiKeyAuthenticator uncached =
            ApiKeyAuthenticator.on(pool)
                .withoutUsage()
                .cachedKeys(1)
                .unknownKeyQueriesPerSecond(100_000)
                .start()) {
      String[] secrets = database.createKeys(KEYS);
      compare(pool, uncached, secrets);
      for (int round = 0; round < 3; round++) {
        cached(cached, secrets);
      }
      if (sink == 0) {
        throw new IllegalStateException("nothing was read");
      }
    }
  }

  private static void compare(
      HikariDataSource pool, ApiKeyAuthenticator uncached, String[] secrets) throws SQLException {
    String sql = KeyLookup.sql(new UserTable.Shape(null, false, false));
    double[] query = new double[PAIRS];
    double[] decision = new double[PAIRS];
    for (int i = -WARM_UP; i < PAIRS; i++) {
      String secret = secrets[Math.floorMod(i, KEYS)];
      long start = System.nanoTime();
      raw(pool, sql, secret);
      long between = System.nanoTime();
      requireGranted(uncached, secret);
      long end = System.nanoTime();
      if (i >= 0) {
        query[i] = (between - start) / 1e3;
        decision[i] = (end - between) / 1e3;
      }
    }
    Arrays.sort(query);
    Arrays.sort(decision);
    System.out.printf(
        "uncached, %d in turn: p50 %.0f µs; the query alone: p50 %.0f µs; ratio %.2f (p25 %.2f)%n",
        PAIRS,
        decision[PAIRS / 2],
        query[PAIRS / 2],
        decision[PAIRS / 2] / query[PAIRS / 2],
        decision[PAIRS / 4] / query[PAIRS / 4]);
  }

  /** The query, prepared and read by hand. */
  private static void raw(HikariDataSource pool, String sql, String secret) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      byte[][] hashes = {KeyHasher.plain(secret)};
      Array array = connection.createArrayOf("bytea", hashes);
      statement.setArray(1, array);
      statement.setArray(2, array);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
          Object value = row.getObject(column);
          sink += value == null ? 1 : value.hashCode();
        }
      }
    }
  }

  private static void cached(ApiKeyAuthenticator cached, String[] secrets) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < CACHED; i++) {
      requireGranted(cached, secrets[i % KEYS]);
    }
    double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;
    System.out.printf("cached: %.2f million per second of a core's time%n", CACHED / seconds / 1e6);
  }

  private static void requireGranted(ApiKeyAuthenticator authenticator, String secret) {
    Authentication answer = authenticator.authenticate(secret, Permission.RPC_READ);
    if (!(answer instanceof Authentication.Granted)) {
      throw new IllegalStateException(answer.toString());
    }
  }
}
