/** Rotation on real databases: whatever happens, every secret opens with exactly one key. */
@NullMarked
package dev.gatewaydb.dao.rotation;

import org.jspecify.annotations.NullMarked;
