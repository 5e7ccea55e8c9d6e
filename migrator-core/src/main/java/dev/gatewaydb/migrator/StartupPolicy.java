package dev.gatewaydb.migrator;

import java.time.Duration;

/**
 * How patient a service is with its database when it starts.
 *
 * @param attempts to connect, 1 or more
 * @param interval between two attempts, zero or more
 * @param totalTime for everything, waiting for other instances included; positive
 */
public record StartupPolicy(int attempts, Duration interval, Duration totalTime) {
  /** 30 attempts, 2 seconds apart, ten minutes in all. */
  public static final StartupPolicy DEFAULT =
      new StartupPolicy(30, Duration.ofSeconds(2), Duration.ofMinutes(10));

  /** Refuses values out of range. */
  public StartupPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts is less than 1: " + attempts);
    }
    if (interval.isNegative() || totalTime.isNegative() || totalTime.isZero()) {
      throw new IllegalArgumentException(
          "interval %s or totalTime %s is out of range".formatted(interval, totalTime));
    }
  }
}
