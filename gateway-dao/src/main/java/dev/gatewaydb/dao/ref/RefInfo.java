package dev.gatewaydb.dao.ref;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What is known of a reference without its data.
 *
 * @param chainId EIP-155; empty for rows from before chains were recorded
 * @param bytes of the envelope
 * @param expires from when on it resolves no more; empty: never
 */
public record RefInfo(
    UUID id,
    RefScope scope,
    Optional<Long> chainId,
    int bytes,
    Instant created,
    Optional<Instant> expires) {}
