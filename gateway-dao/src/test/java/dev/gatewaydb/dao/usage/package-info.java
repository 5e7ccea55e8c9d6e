/** Rates, quotas and counts, on real databases. */
@NullMarked
package dev.gatewaydb.dao.usage;

import org.jspecify.annotations.NullMarked;
