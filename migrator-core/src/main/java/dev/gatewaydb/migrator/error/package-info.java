/** Everything that can go wrong, as types: callers switch on the type, people read the message. */
@NullMarked
package dev.gatewaydb.migrator.error;

import org.jspecify.annotations.NullMarked;
