package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.key.ApiKey;
import dev.gatewaydb.dao.key.IssuedKey;
import dev.gatewaydb.dao.key.KeyState;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.RateLimit;
import dev.gatewaydb.dao.usage.TierLimits;
import dev.gatewaydb.migrator.connect.Text;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keys as people and programs see them. Names may be anybody's text: never printed raw. */
final class KeyOutput {
  private KeyOutput() {}

  static ObjectNode tree(ApiKey key) {
    KeyLimits limits = key.settings().limits();
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", key.id().toString())
            .put("shown", key.shown())
            .put("userId", key.userId().toString())
            .put("address", key.address().toString())
            .put("name", key.name());
    key.permissions().toList().forEach(node.putArray("permissions")::add);
    return node.put("environment", key.environment().label())
        .put("tier", limits.tier().label())
        .put("rateLimitPerMinute", limits.rateLimitPerMinute().orElse(null))
        .put("burst", limits.burst().orElse(null))
        .put("monthlyQuota", limits.monthlyQuota().orElse(null))
        .put("state", key.state().label())
        .put("createdAt", key.times().created().toString())
        .put("updatedAt", key.times().updated().toString())
        .put("expiresAt", text(key.settings().expiresAt()))
        .put("revokedAt", text(key.times().revoked()))
        .put("rotatedAt", text(key.times().rotated()))
        .put("lastUsedAt", text(key.times().lastUsed()))
        .put("pepperId", key.pepperId().orElse(null));
  }

  private static @Nullable String text(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(null);
  }

  /** The value alone on stdout, so that a script can take it; the rest is for people. */
  static void issued(Console console, IssuedKey issued, boolean json) {
    if (json) {
      console.json(tree(issued.key()).put("key", issued.secret().reveal()));
    } else {
      console.progress(summary(issued.key()));
      console.progress("Shown this once; only its hash is kept:");
      console.result(issued.secret().reveal());
    }
  }

  static String summary(ApiKey key) {
    return "%s %s (%s) of user %s, %s, %s: %s"
        .formatted(
            key.shown(),
            key.id(),
            Text.line(key.name()),
            key.userId(),
            key.settings().limits().tier().label(),
            key.state().label(),
            permissions(key));
  }

  static String permissions(ApiKey key) {
    return Text.line(key.permissions().toString());
  }

  static Table table(Console console, List<ApiKey> keys) {
    Table table =
        new Table("KEY", "NAME", "STATE", "TIER", "PERMISSIONS", "EXPIRES", "LAST USED", "ID");
    for (ApiKey key : keys) {
      table.row(
          key.shown(),
          Text.line(key.name()),
          painted(console, key.state()),
          key.settings().limits().tier().label(),
          permissions(key),
          brief(key.settings().expiresAt(), "never"),
          brief(key.times().lastUsed(), "never"),
          key.id().toString());
    }
    return table;
  }

  static String painted(Console console, KeyState state) {
    return switch (state) {
      case ACTIVE -> console.good(state.label());
      case INACTIVE, EXPIRED -> console.doubtful(state.label());
      case REVOKED -> console.bad(state.label());
    };
  }

  static String brief(Optional<Instant> time, String unless) {
    return time.map(t -> t.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(unless);
  }

  static void details(Console console, ApiKey key) {
    KeyLimits limits = key.settings().limits();
    RateLimit rate = TierLimits.DEFAULT.rate(limits);
    console.result("key          " + key.shown());
    console.result("id           " + key.id());
    console.result("name         " + Text.line(key.name()));
    console.result("state        " + painted(console, key.state()));
    console.result("user         " + key.userId());
    console.result("address      " + key.address());
    console.result("environment  " + key.environment().label());
    console.result("permissions  " + permissions(key));
    console.result("tier         " + limits.tier().label());
    console.result(
        "rate limit   %d a minute%s, %d at once%s"
            .formatted(
                rate.perMinute(),
                whose(limits.rateLimitPerMinute()),
                rate.burst(),
                whose(limits.burst())));
    console.result(
        "quota        %d a month%s"
            .formatted(TierLimits.DEFAULT.monthlyQuota(limits), whose(limits.monthlyQuota())));
    console.result("created      " + key.times().created());
    console.result("updated      " + key.times().updated());
    console.result(
        "expires      " + key.settings().expiresAt().map(Object::toString).orElse("never"));
    key.times().revoked().ifPresent(time -> console.result("revoked      " + time));
    key.times().rotated().ifPresent(time -> console.result("rotated      " + time));
    console.result("last used    " + key.times().lastUsed().map(Object::toString).orElse("never"));
    key.pepperId().ifPresent(id -> console.result("pepper       " + id));
  }

  private static String whose(Optional<?> own) {
    return own.isPresent() ? "" : " (the tier's)";
  }
}
