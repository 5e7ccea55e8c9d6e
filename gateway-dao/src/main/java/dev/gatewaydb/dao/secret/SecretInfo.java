package dev.gatewaydb.dao.secret;

import dev.gatewaydb.dao.crypto.EncryptionVersion;
import java.time.Instant;

/**
 * What may be known of a secret without opening it.
 *
 * @param version what it is encrypted with
 * @param revision how many values it has had; the next writer names it
 * @param created when it was first stored
 * @param updated when it got its present value; re-encryption doesn't count
 */
public record SecretInfo(
    SecretId id, EncryptionVersion version, long revision, Instant created, Instant updated) {}
