/** What keeps a database small: old rows deleted in short batches, vacuum, indexes built anew. */
@NullMarked
package dev.gatewaydb.migrator.operate.maintain;

import org.jspecify.annotations.NullMarked;
