/** The schemas of docs/examples. */
@NullMarked
package dev.gatewaydb.examples;

import org.jspecify.annotations.NullMarked;
