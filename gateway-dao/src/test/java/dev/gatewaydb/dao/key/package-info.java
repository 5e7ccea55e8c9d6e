/** API keys on real databases. */
@NullMarked
package dev.gatewaydb.dao.key;

import org.jspecify.annotations.NullMarked;
