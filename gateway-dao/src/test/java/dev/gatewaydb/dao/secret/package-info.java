/** The store of secrets on real databases. */
@NullMarked
package dev.gatewaydb.dao.secret;

import org.jspecify.annotations.NullMarked;
