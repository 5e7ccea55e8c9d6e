/** Operating a database: its environment, starting it anew, its health, its backups. */
@NullMarked
package dev.gatewaydb.migrator.operate;

import org.jspecify.annotations.NullMarked;
