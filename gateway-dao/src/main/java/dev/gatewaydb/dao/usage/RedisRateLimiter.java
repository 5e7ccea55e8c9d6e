package dev.gatewaydb.dao.usage;

import dev.gatewaydb.dao.InvalidInputException;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Token buckets in Redis, so that many instances share one limit. Needs Lettuce and Bucket4j's
 * module for it ({@code com.bucket4j:bucket4j_jdk17-lettuce}) on the class path.
 *
 * <p>The bucket's time is the instances' own: their clocks should agree to well under a second. A
 * key whose limit is changed begins with a full bucket.
 */
public final class RedisRateLimiter implements RateLimiter {
  /** What to do while Redis can't be asked. */
  public enum WhenAway {
    /** Each instance grants the whole limit by itself. */
    FAIL_OPEN,
    /** Nobody is granted anything. */
    FAIL_CLOSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(RedisRateLimiter.class);
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration KEPT_AFTER_REFILL = Duration.ofSeconds(10);

  private final RedisClient client;
  private final RedisURI uri;
  private final WhenAway whenAway;
  private final LocalRateLimiter local = new LocalRateLimiter();
  private final Counter failures;
  private final Thread connecting;
  private volatile @Nullable ProxyManager<byte[]> buckets;
  private volatile long awayUntilNanos;
  private volatile boolean away;
  private volatile boolean closed;

  private RedisRateLimiter(RedisURI uri, WhenAway whenAway, MeterRegistry meters) {
    this.uri = uri;
    this.whenAway = whenAway;
    this.client = RedisClient.create();
    client.setOptions(
        ClientOptions.builder()
            // A request must not queue up behind a server that is away.
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_PATIENCE).build())
            .build());
    this.failures = meters.counter("gwdb.rate.redis.failed");
    Gauge.builder("gwdb.rate.redis.connected", () -> buckets != null && !isAway() ? 1 : 0)
        .register(meters);
    this.connecting = Thread.ofVirtual().name("gwdb-redis-connect").unstarted(this::connect);
  }

  /**
   * Starts one. It connects in the background, so that a Redis that is away is no error here.
   *
   * @param url {@code redis://user:password@host:port/database}, {@code rediss://…} for TLS
   * @param whenAway while Redis can't be asked, which is found out within 100 ms and then looked at
   *     again every second
   * @param meters where {@code gwdb.rate.redis.*} goes
   * @throws InvalidInputException when the URL is none; its text is never in it
   */
  public static RedisRateLimiter start(String url, WhenAway whenAway, MeterRegistry meters) {
    RedisRateLimiter limiter = new RedisRateLimiter(parse(url), whenAway, meters);
    limiter.connecting.start();
    return limiter;
  }

  private static RedisURI parse(String url) {
    try {
      // Lettuce would take a password after the host for a part of the host.
      if (new URI(url).getHost() != null) {
        RedisURI uri = RedisURI.create(url);
        uri.setTimeout(PATIENCE);
        return uri;
      }
    } catch (URISyntaxException | RuntimeException e) {
      LOG.debug("a Redis URL that is none: {}", e.getClass().getName());
    }
    // Without the cause, whose message holds the URL and perhaps a password.
    throw new InvalidInputException("the Redis URL is not redis://host:port or rediss://host:port");
  }

  private void connect() {
    boolean said = false;
    while (!closed && buckets == null) {
      try {
        // The client goes on reconnecting by itself.
        buckets =
            Bucket4jLettuce.casBasedBuilder(client.connect(ByteArrayCodec.INSTANCE, uri))
                .requestTimeout(PATIENCE)
                .expirationAfterWrite(
                    ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                        KEPT_AFTER_REFILL))
                .build();
      } catch (RuntimeException e) {
        if (!said && !closed) {
          LOG.warn("Redis is away, so rate limits {}: {}", policy(), e.getMessage());
          said = true;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String policy() {
    return whenAway == WhenAway.FAIL_OPEN
        ? "are each instance's own (fail-open)"
        : "refuse everything (fail-closed)";
  }

  private boolean isAway() {
    return away && System.nanoTime() - awayUntilNanos < 0;
  }

  @Override
  public Duration tryAcquire(UUID keyId, RateLimit limit) {
    ProxyManager<byte[]> shared = buckets;
    if (shared != null && !isAway()) {
      try {
        ConsumptionProbe probe =
            shared
                .builder()
                .build(name(keyId, limit), () -> LocalRateLimiter.configuration(limit))
                .tryConsumeAndReturnRemaining(1);
        away = false;
        return probe.isConsumed()
            ? Duration.ZERO
            : Duration.ofNanos(Math.max(1, probe.getNanosToWaitForRefill()));
      } catch (RuntimeException e) {
        failed(e);
      }
    }
    return whenAway == WhenAway.FAIL_OPEN ? local.tryAcquire(keyId, limit) : PAUSE;
  }

  private void failed(RuntimeException e) {
    failures.increment();
    if (!away) {
      LOG.warn("Redis is away, so rate limits {}: {}", policy(), e.getMessage());
    }
    awayUntilNanos = System.nanoTime() + PAUSE.toNanos();
    away = true;
  }

  /** With the limit, so that instances that know an older one don't change it back and forth. */
  private static byte[] name(UUID keyId, RateLimit limit) {
    return "gwdb:rate:%s:%d:%d"
        .formatted(keyId, limit.perMinute(), limit.burst())
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    closed = true;
    connecting.interrupt();
    client.shutdown(Duration.ZERO, CONNECT_PATIENCE);
  }
}
