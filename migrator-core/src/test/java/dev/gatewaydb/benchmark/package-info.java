/** Measurements, run by hand: docs/benchmarks.md says how and what they gave. */
@NullMarked
package dev.gatewaydb.benchmark;

import org.jspecify.annotations.NullMarked;
