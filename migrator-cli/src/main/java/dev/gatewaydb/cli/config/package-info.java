/** The project's settings in {@code gwdb.toml}, and strict TOML reading for other files. */
@NullMarked
package dev.gatewaydb.cli.config;

import org.jspecify.annotations.NullMarked;
