/** Encrypted references on real databases, and the envelopes they hold. */
@NullMarked
package dev.gatewaydb.dao.ref;

import org.jspecify.annotations.NullMarked;
