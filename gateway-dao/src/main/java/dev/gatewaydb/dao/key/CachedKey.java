package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.key.DatabaseClock.Position;
import dev.gatewaydb.dao.usage.RateLimit;
import dev.gatewaydb.dao.usage.TierLimits;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * A key as it was when it was read, with all that deciding about it takes.
 *
 * @param key the key
 * @param granted the answer when nothing speaks against it
 * @param keyOn whether the key was switched on
 * @param userOn whether its user was
 * @param validUntil when the presented value stops working; empty for the current value
 * @param readAt the database's clock then
 * @param rate in force
 * @param quota in force
 * @param freshness when it was confirmed
 */
record CachedKey(
    ApiKey key,
    Authentication.Granted granted,
    boolean keyOn,
    boolean userOn,
    Optional<Instant> validUntil,
    Instant readAt,
    RateLimit rate,
    long quota,
    Freshness freshness) {
  static CachedKey of(KeyLookup.Found found, TierLimits limits, Freshness freshness) {
    ApiKey key = found.row().key();
    return new CachedKey(
        key,
        new Authentication.Granted(key),
        found.row().keyOn(),
        found.row().userOn(),
        found.validUntil(),
        found.row().readAt(),
        limits.rate(key.settings().limits()),
        limits.monthlyQuota(key.settings().limits()),
        freshness);
  }

  /** How the key itself stands, whatever the request. */
  enum Standing {
    GOOD,
    REVOKED,
    INACTIVE,
    EXPIRED,
    /** An end is so near that only the database can tell. */
    UNSURE
  }

  /** By the database's clock as far as it is known here. */
  Standing standing(DatabaseClock clock, long nanos) {
    return standing(end -> clock.position(end, nanos));
  }

  /** By the database's clock when the key was read. */
  Standing standingWhenRead() {
    return standing(end -> end.isAfter(readAt) ? Position.AHEAD : Position.OVER);
  }

  private Standing standing(Function<Instant, Position> clock) {
    Position revoked = position(key.times().revoked(), clock);
    if (revoked == Position.OVER) {
      return Standing.REVOKED;
    }
    if (!keyOn || !userOn) {
      return Standing.INACTIVE;
    }
    Position expired = position(key.settings().expiresAt(), clock);
    Position rotated = position(validUntil, clock);
    if (expired == Position.OVER || rotated == Position.OVER) {
      return Standing.EXPIRED;
    }
    boolean unsure =
        revoked == Position.UNSURE || expired == Position.UNSURE || rotated == Position.UNSURE;
    return unsure ? Standing.UNSURE : Standing.GOOD;
  }

  private static Position position(Optional<Instant> end, Function<Instant, Position> clock) {
    return end.isEmpty() ? Position.AHEAD : clock.apply(end.get());
  }
}
