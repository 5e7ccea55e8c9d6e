package dev.gatewaydb.sync.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gatewaydb.migrator.connect.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/**
 * Browsers that have signed in. Each holds a random name of its session; the key stays in this
 * process, and is checked again with each request.
 */
final class Sessions {
  /** How long one lasts at most; a restart of the server ends all of them. */
  static final Duration LIFE = Duration.ofHours(12);

  private static final int MOST = 1_000;
  private static final int ID_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final Cache<String, Secret> keys =
      Caffeine.newBuilder().expireAfterWrite(LIFE).maximumSize(MOST).build();

  /** Returns what the browser is to send. */
  String begin(String key) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    keys.put(text, Secret.of(key));
    return text;
  }

  Optional<String> key(String id) {
    return Optional.ofNullable(keys.getIfPresent(id)).map(Secret::reveal);
  }

  void end(String id) {
    keys.invalidate(id);
  }
}
