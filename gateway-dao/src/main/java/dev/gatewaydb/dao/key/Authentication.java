package dev.gatewaydb.dao.key;

import java.time.Duration;

/** Whether a request may go on. */
public sealed interface Authentication {
  /**
   * It may.
   *
   * @param key whose request it is
   */
  record Granted(ApiKey key) implements Authentication {}

  /**
   * It may not.
   *
   * @param reason for logs and metrics, not for the caller
   * @param retryAfter when it may be worth another try; zero: never with this key
   */
  record Denied(DenialReason reason, Duration retryAfter) implements Authentication {
    /** What to answer: 401, 403, 429 or 503. */
    public int httpStatus() {
      return reason.httpStatus();
    }

    /**
     * What to tell the caller. The same for everything that is wrong with a key, so that it helps
     * nobody who guesses.
     */
    public String message() {
      return switch (reason.httpStatus()) {
        case 403 -> "this API key does not allow this";
        case 429 -> "too many requests";
        case 503 -> "try again in a moment";
        default -> "invalid API key";
      };
    }
  }
}
