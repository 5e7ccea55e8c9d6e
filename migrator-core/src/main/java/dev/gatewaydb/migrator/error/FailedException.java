package dev.gatewaydb.migrator.error;

import org.jspecify.annotations.Nullable;

/** The operation failed and was rolled back: the database is as it was before it. */
public final class FailedException extends GatewayDbException {
  /**
   * @param message the subject and the cause
   * @param nextStep what to do, or empty
   * @param cause what was caught, or null
   */
  public FailedException(String message, String nextStep, @Nullable Throwable cause) {
    super(message, nextStep, cause);
  }
}
