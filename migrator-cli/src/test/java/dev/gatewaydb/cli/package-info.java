/** The command as its users meet it. */
@NullMarked
package dev.gatewaydb.cli;

import org.jspecify.annotations.NullMarked;
