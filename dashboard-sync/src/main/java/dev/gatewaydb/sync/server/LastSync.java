package dev.gatewaydb.sync.server;

import java.time.Instant;

/**
 * When somebody last fetched the init SQL here.
 *
 * @param sha256 of the file that they got, or had already
 * @param by the key's name
 */
record LastSync(Instant at, String sha256, String by) {}
