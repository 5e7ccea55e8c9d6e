package dev.gatewaydb.dao.key;

import java.util.Locale;

/** Why a request is refused: for logs and metrics. What a caller is told is the status alone. */
public enum DenialReason {
  /** Not the text of a key. */
  MALFORMED(401),
  /** The text of a key, but of none that is stored. */
  UNKNOWN(401),
  /** Taken back. */
  REVOKED(401),
  /** Its time, or the overlap after a rotation, is over. */
  EXPIRED(401),
  /** The key or its user is switched off. */
  INACTIVE(401),
  /** A good key that is not granted what the request needs. */
  FORBIDDEN(403),
  /** Too many requests in a short time. */
  RATE_LIMITED(429),
  /** Too many requests this month. */
  QUOTA(429),
  /** The database can't be asked at the moment, so nobody knows. */
  UNAVAILABLE(503);

  private final int httpStatus;

  DenialReason(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  /** What to answer: 401, 403, 429 or 503. */
  public int httpStatus() {
    return httpStatus;
  }

  /** In lower case, as metrics name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
