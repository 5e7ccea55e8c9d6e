/** The SQL file from which the dashboard's repository boots its database: made, and checked. */
@NullMarked
package dev.gatewaydb.sync.initsql;

import org.jspecify.annotations.NullMarked;
