@NullMarked
package dev.gatewaydb.migrator.connect;

import org.jspecify.annotations.NullMarked;
