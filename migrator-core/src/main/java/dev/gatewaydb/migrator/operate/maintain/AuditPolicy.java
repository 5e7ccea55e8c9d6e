package dev.gatewaydb.migrator.operate.maintain;

import java.time.Duration;

/** How long audit rows have to be kept at least; Rack Gateway's guide names these two. */
public enum AuditPolicy {
  /** 400 days: what an annual audit looks at, and some more. */
  ANNUAL(400),
  /** 2,557 days, which are seven years, for SOX and FINRA. */
  SOX(2557);

  private final Duration least;

  AuditPolicy(int days) {
    this.least = Duration.ofDays(days);
  }

  /** Younger rows stay. */
  public Duration least() {
    return least;
  }
}
