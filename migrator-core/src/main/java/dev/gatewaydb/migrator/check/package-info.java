/** What can be found out about migrations before and after they run: files, ways back, drift. */
@NullMarked
package dev.gatewaydb.migrator.check;

import org.jspecify.annotations.NullMarked;
