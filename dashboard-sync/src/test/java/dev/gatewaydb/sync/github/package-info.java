@NullMarked
package dev.gatewaydb.sync.github;

import org.jspecify.annotations.NullMarked;
