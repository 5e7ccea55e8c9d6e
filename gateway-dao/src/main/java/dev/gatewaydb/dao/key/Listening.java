package dev.gatewaydb.dao.key;

/**
 * The state of the listener's connection.
 *
 * @param number of the latest connection, from 1; 0: none yet
 * @param aliveNanos up to when everything it was told has been dealt with
 * @param connected whether it is there now
 */
record Listening(long number, long aliveNanos, boolean connected) {
  static final Listening NONE = new Listening(0, 0, false);

  Freshness freshness(long nanos) {
    return new Freshness(nanos, connected ? number : 0);
  }

  Listening begun(long nanos) {
    return new Listening(number + 1, nanos, true);
  }

  Listening alive(long nanos) {
    return new Listening(number, nanos, connected);
  }

  Listening ended() {
    return new Listening(number, aliveNanos, false);
  }
}
