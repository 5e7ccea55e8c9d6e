/** Server settings: what fits a machine, and how to get there. */
@NullMarked
package dev.gatewaydb.migrator.operate.tune;

import org.jspecify.annotations.NullMarked;
