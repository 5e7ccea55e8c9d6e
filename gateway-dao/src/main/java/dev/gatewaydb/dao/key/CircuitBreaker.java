package dev.gatewaydb.dao.key;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Keeps callers from waiting for a database that fails or hangs: then one each half second may try,
 * and the others know at once.
 */
final class CircuitBreaker {
  private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();
  private static final long HANGS_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

  private final LongSupplier nanoTime;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicLong triedNanos = new AtomicLong();
  // When a query last ended, or began while none was under way.
  private volatile long movedNanos;
  private volatile boolean failing;

  CircuitBreaker(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether this caller may ask the database now. */
  boolean mayTry() {
    long now = nanoTime.getAsLong();
    if (!failing && !isHanging(now)) {
      return true;
    }
    long last = triedNanos.get();
    return now - last >= PAUSE_NANOS && triedNanos.compareAndSet(last, now);
  }

  private boolean isHanging(long now) {
    return underWay.get() > 0 && now - movedNanos > HANGS_AFTER_NANOS;
  }

  /** Before each query; {@link #succeeded} or {@link #failed} follows. */
  void begin() {
    if (underWay.getAndIncrement() == 0) {
      movedNanos = nanoTime.getAsLong();
    }
  }

  void succeeded() {
    failing = false;
    ended();
  }

  /** Returns whether this is news. */
  boolean failed() {
    boolean news = !failing;
    triedNanos.set(nanoTime.getAsLong());
    failing = true;
    ended();
    return news;
  }

  /** It ended without an answer, for a reason that says nothing of the database. */
  void ended() {
    movedNanos = nanoTime.getAsLong();
    underWay.decrementAndGet();
  }
}
