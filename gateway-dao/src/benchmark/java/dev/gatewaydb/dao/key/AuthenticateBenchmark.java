package dev.gatewaydb.dao.key;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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

/** Deciding about a request from memory; {@link LookupBenchmark} is the one with a query. */
@Fork(1)
@Threads(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@State(Scope.Benchmark)
public class AuthenticateBenchmark {
  private static final int KEYS = 2_000;

  private BenchmarkDatabase database;
  private HikariDataSource pool;
  private ApiKeyAuthenticator cached;
  private String[] secrets;
  private int next;

  /** A server, keys, and an authenticator that counts and measures. */
  @Setup
  public void start() {
    database = BenchmarkDatabase.start();
    pool = database.pool(4);
    secrets = database.createKeys(KEYS);
    cached = ApiKeyAuthenticator.on(pool).meters(new SimpleMeterRegistry()).start();
  }

  /** Stops it all. */
  @TearDown
  public void stop() {
    cached.close();
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
}
