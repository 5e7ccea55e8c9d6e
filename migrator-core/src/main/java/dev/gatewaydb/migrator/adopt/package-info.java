/** What other migration tools have recorded in a database. */
@NullMarked
package dev.gatewaydb.migrator.adopt;

import org.jspecify.annotations.NullMarked;
