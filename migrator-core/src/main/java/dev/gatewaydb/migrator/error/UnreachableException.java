package dev.gatewaydb.migrator.error;

import org.jspecify.annotations.Nullable;

/** The database can't be reached or refuses the connection; nothing was touched. */
public final class UnreachableException extends GatewayDbException {
  /**
   * @param message the subject and the cause
   * @param nextStep what to do, or empty
   * @param cause what was caught, or null
   */
  public UnreachableException(String message, String nextStep, @Nullable Throwable cause) {
    super(message, nextStep, cause);
  }
}
