/** Migration files as they lie in a folder or a jar: their names, versions and texts. */
@NullMarked
package dev.gatewaydb.migrator.layout;

import org.jspecify.annotations.NullMarked;
