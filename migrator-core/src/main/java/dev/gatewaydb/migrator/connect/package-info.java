/** How to reach a database: settings from the environment, data sources from settings. */
@NullMarked
package dev.gatewaydb.migrator.connect;

import org.jspecify.annotations.NullMarked;
