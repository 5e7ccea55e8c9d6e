/** A small HTTP server that shows where a database stands. It reads, and changes nothing. */
@NullMarked
package dev.gatewaydb.sync.server;

import org.jspecify.annotations.NullMarked;
