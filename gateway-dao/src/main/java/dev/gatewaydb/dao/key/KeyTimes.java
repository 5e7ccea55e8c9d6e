package dev.gatewaydb.dao.key;

import java.time.Instant;
import java.util.Optional;

/**
 * When things happened to a key, by the database's clock.
 *
 * @param created when it was issued
 * @param updated when it was last changed; use doesn't count
 * @param rotated when it last got a new value
 * @param revoked from when on it is refused for good; may lie ahead
 * @param lastUsed as of the latest usage flush
 */
public record KeyTimes(
    Instant created,
    Instant updated,
    Optional<Instant> rotated,
    Optional<Instant> revoked,
    Optional<Instant> lastUsed) {}
