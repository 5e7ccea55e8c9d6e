/**
 * Moves stored secrets to another key or encryption version, in any table that is described: all in
 * one transaction, or in batches while writers go on.
 */
@NullMarked
package dev.gatewaydb.dao.rotation;

import org.jspecify.annotations.NullMarked;
