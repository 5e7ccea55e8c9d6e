package dev.gatewaydb.schema;

import java.time.Duration;

/**
 * How long rows of an owned table are kept, unless the operator says otherwise.
 *
 * @param name what operators call it
 * @param table the owned table
 * @param column its moment
 * @param age rows whose moment is further back may go
 */
public record RetainedTable(String name, String table, String column, Duration age) {}
