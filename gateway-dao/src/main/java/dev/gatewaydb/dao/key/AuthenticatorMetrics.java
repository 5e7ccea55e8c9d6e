package dev.gatewaydb.dao.key;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** What is measured; no meter names a key, a user or an address. */
final class AuthenticatorMetrics {
  private final Timer granted;
  private final Map<DenialReason, Timer> denied = new EnumMap<>(DenialReason.class);
  private final Timer lookup;
  private final Counter failedLookups;
  private final Counter hits;
  private final Counter missingHits;
  private final Counter misses;
  private final Counter confirmations;
  private final Counter heard;

  AuthenticatorMetrics(MeterRegistry meters, LongSupplier size, BooleanSupplier listening) {
    granted = meters.timer("gwdb.keys.authenticate", "outcome", "granted");
    for (DenialReason reason : DenialReason.values()) {
      denied.put(reason, meters.timer("gwdb.keys.authenticate", "outcome", reason.label()));
    }
    lookup = meters.timer("gwdb.keys.lookup");
    failedLookups = meters.counter("gwdb.keys.lookup.failed");
    hits = meters.counter("gwdb.keys.cache", "result", "hit");
    missingHits = meters.counter("gwdb.keys.cache", "result", "known_missing");
    misses = meters.counter("gwdb.keys.cache", "result", "miss");
    confirmations = meters.counter("gwdb.keys.cache", "result", "confirm");
    heard = meters.counter("gwdb.keys.listener.notifications");
    Gauge.builder("gwdb.keys.cache.size", size::getAsLong).register(meters);
    Gauge.builder("gwdb.keys.listener.connected", () -> listening.getAsBoolean() ? 1 : 0)
        .register(meters);
  }

  void answered(Authentication answer, long nanos) {
    Timer timer =
        answer instanceof Authentication.Denied no
            ? Objects.requireNonNull(denied.get(no.reason()))
            : granted;
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  void lookedUp(long nanos) {
    lookup.record(nanos, TimeUnit.NANOSECONDS);
  }

  void lookupFailed() {
    failedLookups.increment();
  }

  void hit() {
    hits.increment();
  }

  void knownMissing() {
    missingHits.increment();
  }

  void miss() {
    misses.increment();
  }

  void confirm() {
    confirmations.increment();
  }

  void heard(int keys) {
    heard.increment(keys);
  }
}
