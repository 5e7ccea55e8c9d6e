/** What the gateway owns: its migrations, its tables, and the dashboard's tables it points to. */
@NullMarked
package dev.gatewaydb.schema;

import org.jspecify.annotations.NullMarked;
