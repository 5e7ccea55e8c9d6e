/** What tests of several packages share. */
@NullMarked
package dev.gatewaydb.testing;

import org.jspecify.annotations.NullMarked;
