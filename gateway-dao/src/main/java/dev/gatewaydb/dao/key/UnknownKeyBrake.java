package dev.gatewaydb.dao.key;

import io.github.bucket4j.Bucket;
import java.time.Duration;

/**
 * Bounds the queries for keys that aren't cached, of which a flood may be made up. One whose key is
 * found doesn't count.
 */
final class UnknownKeyBrake {
  private final Bucket queries;

  UnknownKeyBrake(int perSecond) {
    queries =
        Bucket.builder()
            .addLimit(
                limit -> limit.capacity(perSecond).refillGreedy(perSecond, Duration.ofSeconds(1)))
            .build();
  }

  boolean tryQuery() {
    return queries.tryConsume(1);
  }

  void wasFound() {
    queries.addTokens(1);
  }
}
