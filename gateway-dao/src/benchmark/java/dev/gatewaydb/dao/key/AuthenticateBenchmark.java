package dev.gatewaydb.dao.key;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Deciding about a request: from memory, with a query, and that query alone. */
@Fork(1)
@Threads(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Benchmark)
public class AuthenticateBenchmark {
  private static final int KEYS = 2_000;

  private BenchmarkDatabase database;
  private HikariDataSource pool;
  private ApiKeyAuthenticator cached;
  private ApiKeyAuthenticator uncached;
  private String[] secrets;
  private String sql;
  private int next;

  /** A server, keys, and two authenticators: one that remembers, one that can't. */
  @Setup
  public void start() {
    database = BenchmarkDatabase.start();
    pool = database.pool(4);
    secrets = database.createKeys(KEYS);
    cached = ApiKeyAuthenticator.on(pool).meters(new SimpleMeterRegistry()).start();
    uncached = ApiKeyAuthenticator.on(pool).withoutUsage().cachedKeys(1).start();
    sql = KeyLookup.sql(new UserTable.Shape(null, false, false));
  }

  /** Stops it all. */
  @TearDown
  public void stop() {
    cached.close();
    uncached.close();
    pool.close();
    database.close();
  }

  private String nextSecret() {
    next = (next + 1) % KEYS;
    return secrets[next];
  }

  private static void requireGranted(Authentication answer) {
    if (!(answer instanceof Authentication.Granted)) {
      throw new IllegalStateException(answer.toString());
    }
  }

  /** 2,000 keys in turn. */
  @Benchmark
  @BenchmarkMode({Mode.Throughput, Mode.SampleTime})
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public void cached() {
    requireGranted(cached.authenticate(nextSecret(), Permission.RPC_READ));
  }

  /** A query each time. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public void uncached() {
    requireGranted(uncached.authenticate(nextSecret(), Permission.RPC_READ));
  }

  /** The same query, prepared and read by hand. */
  @Benchmark
  @BenchmarkMode(Mode.SampleTime)
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public void rawQuery(Blackhole sink) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      byte[][] hashes = {KeyHasher.plain(nextSecret())};
      Array array = connection.createArrayOf("bytea", hashes);
      statement.setArray(1, array);
      statement.setArray(2, array);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        for (int column = 1; column <= KeyRow.COLUMNS + 2; column++) {
          sink.consume(row.getObject(column));
        }
      }
    }
  }
}
