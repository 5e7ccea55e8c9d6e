/** What every store of the gateway shares: addresses, and everything that can go wrong. */
@NullMarked
package dev.gatewaydb.dao;

import org.jspecify.annotations.NullMarked;
