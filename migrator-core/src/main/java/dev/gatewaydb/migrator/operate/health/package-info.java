/** How a database is: what can be seen of it by SQL, and what somebody should do about it. */
@NullMarked
package dev.gatewaydb.migrator.operate.health;

import org.jspecify.annotations.NullMarked;
