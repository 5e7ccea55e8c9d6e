/** Mostly refusals: what must not open. */
@NullMarked
package dev.gatewaydb.dao.crypto;

import org.jspecify.annotations.NullMarked;
