/** JUnit 5: a real PostgreSQL database for each test that asks for one. */
@NullMarked
package dev.gatewaydb.migrator.scratch.junit;

import org.jspecify.annotations.NullMarked;
