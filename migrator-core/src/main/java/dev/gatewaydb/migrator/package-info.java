/** Migrations on Flyway: plan, migrate, status; their results and errors. */
@NullMarked
package dev.gatewaydb.migrator;

import org.jspecify.annotations.NullMarked;
