/** Data that only its recipient can open: kept, scoped, expired and purged, never opened here. */
@NullMarked
package dev.gatewaydb.dao.ref;

import org.jspecify.annotations.NullMarked;
