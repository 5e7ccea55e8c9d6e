/** For the stores alone; outside of what callers may rely on. */
@NullMarked
package dev.gatewaydb.dao.internal;

import org.jspecify.annotations.NullMarked;
