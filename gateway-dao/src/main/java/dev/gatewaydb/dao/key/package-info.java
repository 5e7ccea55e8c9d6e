/** API keys: their format, their hashes, and the store that keeps them. */
@NullMarked
package dev.gatewaydb.dao.key;

import org.jspecify.annotations.NullMarked;
