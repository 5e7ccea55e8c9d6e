/** Init SQL files on real databases. */
@NullMarked
package dev.gatewaydb.sync.initsql;

import org.jspecify.annotations.NullMarked;
