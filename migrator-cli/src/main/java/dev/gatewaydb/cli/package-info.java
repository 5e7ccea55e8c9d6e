/** The gwdb command: the only place that prints, exits and reads the environment. */
@NullMarked
package dev.gatewaydb.cli;

import org.jspecify.annotations.NullMarked;
