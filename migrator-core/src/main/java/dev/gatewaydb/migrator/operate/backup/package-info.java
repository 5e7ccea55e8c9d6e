/** Backups by PostgreSQL's own programs: made, listed, proved, thinned out, restored. */
@NullMarked
package dev.gatewaydb.migrator.operate.backup;

import org.jspecify.annotations.NullMarked;
