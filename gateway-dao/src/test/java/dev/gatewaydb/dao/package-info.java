/** What the stores share. */
@NullMarked
package dev.gatewaydb.dao;

import org.jspecify.annotations.NullMarked;
