/**
 * Secrets as types, the keys that encrypt them, and the bytes that are stored. All cryptography is
 * Tink's; docs/secrets.md has the formats.
 */
@NullMarked
package dev.gatewaydb.dao.crypto;

import org.jspecify.annotations.NullMarked;
