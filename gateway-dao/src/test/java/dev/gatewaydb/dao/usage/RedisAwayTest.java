package dev.gatewaydb.dao.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.usage.RedisRateLimiter.WhenAway;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A Redis that isn't there, or isn't one: never an exception, always the stated policy. */
final class RedisAwayTest {
  private static final RateLimit LIMIT = new RateLimit(1, 2);

  private final MeterRegistry meters = new SimpleMeterRegistry();

  private static void assertPolicies(int port, MeterRegistry meters) {
    String url = "redis://:canary@127.0.0.1:" + port;
    UUID key = UUID.randomUUID();
    try (RedisRateLimiter open = RedisRateLimiter.start(url, WhenAway.FAIL_OPEN, meters);
        RedisRateLimiter closed = RedisRateLimiter.start(url, WhenAway.FAIL_CLOSED, meters)) {
      assertThat(open.tryAcquire(key, LIMIT)).isZero();
      assertThat(open.tryAcquire(key, LIMIT)).isZero();
      assertThat(open.tryAcquire(key, LIMIT)).isPositive();
      assertThat(closed.tryAcquire(key, LIMIT)).isPositive();
      assertThat(meters.get("gwdb.rate.redis.connected").gauge().value()).isZero();
    }
  }

  @Test
  void nobodyListens() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertPolicies(port, meters);
  }

  @Test
  void somebodyListensAndSaysNothing() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertPolicies(silent.getLocalPort(), meters);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "canary", "http://:canary@localhost", "redis://:canary@", "redis://h:canary"})
  void aUrlThatIsNoneIsNotRepeated(String url) {
    assertThatThrownBy(() -> RedisRateLimiter.start(url, WhenAway.FAIL_OPEN, meters))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageNotContaining("canary")
        .hasNoCause();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " "})
  void withoutAUrlLimitsAreInMemory(String url) {
    assertThat(RateLimiter.fromSetting(url, WhenAway.FAIL_CLOSED, meters))
        .isInstanceOf(LocalRateLimiter.class);
  }

  @Test
  void withAUrlTheyAreInRedis() {
    try (RateLimiter limiter =
        RateLimiter.fromSetting("redis://127.0.0.1:1", WhenAway.FAIL_CLOSED, meters)) {
      assertThat(limiter).isInstanceOf(RedisRateLimiter.class);
    }
  }
}
