/** Throw-away databases on an embedded server or on a given one. */
@NullMarked
package dev.gatewaydb.migrator.scratch;

import org.jspecify.annotations.NullMarked;
