package dev.gatewaydb.dao.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.dao.usage.RedisRateLimiter.WhenAway;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On a real redis-server, which the machine has to have. Left out by default; {@code mvn verify
 * -Dexcluded.test.groups=} runs it.
 */
@Tag("redis")
final class RedisRateLimiterTest {
  private static final Duration REDIS_IS_AWAY = Duration.ofSeconds(1);

  private final List<RedisRateLimiter> started = new ArrayList<>();
  private final List<MeterRegistry> meters = new ArrayList<>();
  private final UUID key = UUID.randomUUID();
  @TempDir private Path folder;
  private int port;
  private Process server;

  RedisRateLimiterTest() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    server = new ProcessBuilder("true").start();
  }

  @BeforeEach
  void startServer() throws IOException {
    List<String> command = new ArrayList<>(List.of("redis-server", "--port", "" + port));
    command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--dir", folder.toString()));
    server =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    await()
        .until(
            () -> {
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
              } catch (IOException e) {
                assertThat(server.isAlive()).as("redis-server runs").isTrue();
                return false;
              }
            });
  }

  private void stopServer() throws InterruptedException {
    server.destroyForcibly().waitFor();
  }

  @AfterEach
  void stop() throws InterruptedException {
    started.forEach(RedisRateLimiter::close);
    stopServer();
  }

  private RedisRateLimiter connected(WhenAway whenAway) {
    MeterRegistry own = new SimpleMeterRegistry();
    RedisRateLimiter limiter = RedisRateLimiter.start("redis://127.0.0.1:" + port, whenAway, own);
    started.add(limiter);
    meters.add(own);
    await().until(() -> own.get("gwdb.rate.redis.connected").gauge().value() == 1);
    return limiter;
  }

  @Test
  void instancesShareOneLimit() throws Exception {
    RateLimit limit = new RateLimit(1, 50);
    List<RedisRateLimiter> instances =
        List.of(connected(WhenAway.FAIL_CLOSED), connected(WhenAway.FAIL_CLOSED));
    AtomicInteger granted = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 4; t++) {
        RedisRateLimiter mine = instances.get(t % 2);
        threads.execute(
            () -> {
              Duration refused;
              do {
                refused = mine.tryAcquire(key, limit);
                if (refused.isZero()) {
                  granted.incrementAndGet();
                }
              } while (refused.isZero() || refused.equals(REDIS_IS_AWAY));
            });
      }
    }
    // On a busy machine Redis may answer too late, which loses the token that it gave.
    int late = (int) meters.stream().mapToDouble(RedisRateLimiterTest::failures).sum();
    assertThat(granted.get()).isBetween(50 - late, 50);
    assertThat(instances.get(0).tryAcquire(key, limit))
        .isPositive()
        .isLessThanOrEqualTo(Duration.ofMinutes(1));
    assertThat(instances.get(0).tryAcquire(UUID.randomUUID(), limit)).isZero();
  }

  private static double failures(MeterRegistry registry) {
    return registry.get("gwdb.rate.redis.failed").counter().count();
  }

  @Test
  void goesByItsPolicyWhileRedisIsAwayAndComesBack() throws Exception {
    RateLimit limit = new RateLimit(1, 3);
    RedisRateLimiter open = connected(WhenAway.FAIL_OPEN);
    RedisRateLimiter closed = connected(WhenAway.FAIL_CLOSED);
    for (int i = 0; i < 3; i++) {
      assertThat(open.tryAcquire(key, limit)).isZero();
    }
    assertThat(open.tryAcquire(key, limit)).isPositive();
    stopServer();
    // By itself now: its own bucket is still full.
    await().until(() -> open.tryAcquire(key, limit).isZero());
    await().until(() -> !closed.tryAcquire(UUID.randomUUID(), limit).isZero());
    startServer();
    await().until(() -> closed.tryAcquire(UUID.randomUUID(), limit).isZero());
  }
}
