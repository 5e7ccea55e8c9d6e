@NullMarked
package dev.gatewaydb.cli.config;

import org.jspecify.annotations.NullMarked;
