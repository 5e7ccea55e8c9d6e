/** Keeps the dashboard's repository in step with the gateway's schema. */
@NullMarked
package dev.gatewaydb.sync;

import org.jspecify.annotations.NullMarked;
