/** Tells a sibling repository on GitHub that the schema has changed. */
@NullMarked
package dev.gatewaydb.sync.github;

import org.jspecify.annotations.NullMarked;
