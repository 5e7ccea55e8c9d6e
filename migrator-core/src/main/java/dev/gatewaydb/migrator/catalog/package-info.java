/** What a schema consists of, read from PostgreSQL's own catalog, and how two of them differ. */
@NullMarked
package dev.gatewaydb.migrator.catalog;

import org.jspecify.annotations.NullMarked;
