/** Roles with no more privileges than they need: made, granted, and looked at. */
@NullMarked
package dev.gatewaydb.migrator.operate.roles;

import org.jspecify.annotations.NullMarked;
