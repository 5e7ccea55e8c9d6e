package dev.gatewaydb.dao.key;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The database's clock, as far as it can be known from here: it is read with each look-up, and in
 * between goes on with this machine's monotonic clock. This machine's time of day plays no part.
 */
final class DatabaseClock {
  private static final long NANOS_PER_MILLI = 1_000_000;
  // Clocks that are kept by NTP run at most 500 ppm fast or slow; two of them together, twice that.
  private static final long DRIFT = 1_000;

  /** Whether a moment has come. */
  enum Position {
    AHEAD,
    OVER,
    /** Too near to tell without asking the database. */
    UNSURE
  }

  /** The server read its clock at some time between the two. */
  private record Sample(Instant server, long sentNanos, long receivedNanos) {}

  private volatile @Nullable Sample latest;

  void sample(Instant server, long sentNanos, long receivedNanos) {
    latest = new Sample(server, sentNanos, receivedNanos);
  }

  Position position(Instant moment, long nanos) {
    Sample sample = latest;
    if (sample == null) {
      return Position.UNSURE;
    }
    long longest = nanos - sample.sentNanos;
    long drift = longest / DRIFT;
    Instant atMost = sample.server.plusNanos(longest + drift);
    if (atMost.isBefore(moment)) {
      return Position.AHEAD;
    }
    Instant atLeast = sample.server.plusNanos(nanos - sample.receivedNanos - drift);
    return atLeast.isBefore(moment) ? Position.UNSURE : Position.OVER;
  }

  /** The time in milliseconds since 1970, for counting days and months. */
  long millis(long nanos) {
    Sample sample = latest;
    if (sample == null) {
      return System.currentTimeMillis();
    }
    return sample.server.toEpochMilli() + (nanos - sample.receivedNanos) / NANOS_PER_MILLI;
  }

  /** From a moment that is ahead back to now. */
  Duration until(Instant moment, long nanos) {
    return Duration.ofMillis(Math.max(1, moment.toEpochMilli() - millis(nanos)));
  }
}
