/** How much a key may be used and how much it was: tiers, rate limits, quotas, counts. */
@NullMarked
package dev.gatewaydb.dao.usage;

import org.jspecify.annotations.NullMarked;
