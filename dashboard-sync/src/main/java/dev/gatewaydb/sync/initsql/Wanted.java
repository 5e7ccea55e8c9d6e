package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.util.List;

/**
 * What a file has to create.
 *
 * @param schema everything that can be created
 * @param keys foreign keys for where the other system's tables are there
 * @param leftOut what can't be created, a line each
 */
record Wanted(SchemaSnapshot schema, List<ConditionalKey> keys, List<String> leftOut) {}
