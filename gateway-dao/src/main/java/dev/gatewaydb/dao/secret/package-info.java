/** The secrets that policy clients hand to their policy data. */
@NullMarked
package dev.gatewaydb.dao.secret;

import org.jspecify.annotations.NullMarked;
