package dev.gatewaydb.dao.key;

/**
 * A key with a new value, which is here for the only time.
 *
 * @param key as it is stored
 * @param secret to be handed over and forgotten
 */
public record IssuedKey(ApiKey key, ApiKeySecret secret) {}
