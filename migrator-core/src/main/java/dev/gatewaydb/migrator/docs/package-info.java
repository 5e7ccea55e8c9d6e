/** A schema described for people: as Markdown and as a diagram. */
@NullMarked
package dev.gatewaydb.migrator.docs;

import org.jspecify.annotations.NullMarked;
