package dev.gatewaydb.dao.key;

import static dev.gatewaydb.dao.key.Fixtures.ADDRESS;
import static dev.gatewaydb.dao.key.Fixtures.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.usage.RateLimiter;
import dev.gatewaydb.dao.usage.RedisRateLimiter;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The Java of docs/keys.md, word for word, compiled and run. */
@ExtendWith(ScratchPostgres.class)
final class GuideTest {
  private static final Pattern SNIPPET = Pattern.compile("(?s)```java\n(.*?)```");

  @Test
  void works(@Migrated ScratchDatabase scratch) {
    DataSource dataSource = scratch.dataSource();
    MeterRegistry meterRegistry = new SimpleMeterRegistry();
    KeyHasher hasher = KeyHasher.PLAIN;
    UUID userId = USER;
    EthereumAddress address = ADDRESS;

    ApiKeyStore store = new ApiKeyStore(dataSource, hasher);
    KeySettings settings = KeySettings.of("indexer", Permissions.of("rpc_read", "logs:*:read"));
    NewKey wanted = new NewKey(userId, address, KeyEnvironment.LIVE, settings);
    IssuedKey issued = store.create(wanted, new ChangedBy("dashboard", "requested by its owner"));

    String presented = issued.secret().reveal();
    UUID id = issued.key().id();
    ApiKeyAuthenticator authenticator =
        ApiKeyAuthenticator.on(dataSource)
            .hasher(KeyHasher.fromSetting(System.getenv("GWDB_KEY_PEPPER")))
            .meters(meterRegistry)
            .start();
    try (authenticator) {
      String answer =
          switch (authenticator.authenticate(presented, Permission.RPC_READ)) {
            case Authentication.Granted granted -> "hello " + granted.key().name();
            case Authentication.Denied denied -> denied.httpStatus() + " " + denied.message();
          };
      assertThat(answer).isEqualTo("hello indexer");
    }

    RateLimiter limiter =
        RateLimiter.fromSetting(
            System.getenv("REDIS_URL"), RedisRateLimiter.WhenAway.FAIL_OPEN, meterRegistry);
    AuthenticatorOptions options = ApiKeyAuthenticator.on(dataSource).rateLimiter(limiter);
    try (limiter;
        ApiKeyAuthenticator another = options.start()) {
      assertThat(another.authenticate(presented, Permission.ADMIN))
          .isInstanceOf(Authentication.Denied.class);
    }

    ApiKey seen = store.find(id).orElseThrow();
    ApiKey updated =
        store.update(seen, seen.settings().withName("indexer 2"), new ChangedBy("ada", "renamed"));
    assertThat(updated.name()).isEqualTo("indexer 2");
  }

  @Test
  void isWhatTheGuideShows() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "keys.md"));
    Path here = Path.of("src/test/java/dev/gatewaydb/dao/key/GuideTest.java");
    String source = withoutSpace(Files.readString(here));
    List<String> snippets = SNIPPET.matcher(guide).results().map(match -> match.group(1)).toList();
    assertThat(snippets).hasSizeGreaterThan(3);
    assertThat(snippets).allSatisfy(each -> assertThat(source).contains(withoutSpace(each)));
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
