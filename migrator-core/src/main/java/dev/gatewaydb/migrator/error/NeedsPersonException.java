package dev.gatewaydb.migrator.error;

import org.jspecify.annotations.Nullable;

/** The operation failed half way and a person has to decide what happens next. */
public final class NeedsPersonException extends GatewayDbException {
  /**
   * @param message the subject and the cause
   * @param nextStep what to do, or empty
   * @param cause what was caught, or null
   */
  public NeedsPersonException(String message, String nextStep, @Nullable Throwable cause) {
    super(message, nextStep, cause);
  }
}
