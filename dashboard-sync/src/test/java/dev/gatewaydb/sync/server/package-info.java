@NullMarked
package dev.gatewaydb.sync.server;

import org.jspecify.annotations.NullMarked;
