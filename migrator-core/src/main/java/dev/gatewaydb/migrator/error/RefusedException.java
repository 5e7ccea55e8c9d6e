package dev.gatewaydb.migrator.error;

import org.jspecify.annotations.Nullable;

/** A guard refused; nothing was touched. */
public final class RefusedException extends GatewayDbException {
  /**
   * @param message the subject and the cause
   * @param nextStep what to do, or empty
   * @param cause what was caught, or null
   */
  public RefusedException(String message, String nextStep, @Nullable Throwable cause) {
    super(message, nextStep, cause);
  }
}
