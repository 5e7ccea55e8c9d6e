package dev.gatewaydb.dao.key;

/**
 * When something was read from the database, and under which listening, if any: as long as that
 * goes on, whatever changes is heard of, so what was read stays confirmed.
 *
 * @param readNanos before the query was sent
 * @param listening its number; 0: none
 */
record Freshness(long readNanos, long listening) {
  /** When it was last known to be right. */
  long confirmedNanos(Listening current) {
    return listening != 0 && listening == current.number()
        ? Math.max(readNanos, current.aliveNanos())
        : readNanos;
  }
}
