package dev.gatewaydb.dao.secret;

import dev.gatewaydb.dao.crypto.SecretBytes;

/**
 * A secret that was opened.
 *
 * @param value to be closed by the caller
 */
public record StoredSecret(SecretInfo info, SecretBytes value) {}
