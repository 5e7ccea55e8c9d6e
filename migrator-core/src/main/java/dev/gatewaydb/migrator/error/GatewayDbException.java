package dev.gatewaydb.migrator.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything this project throws on purpose. The message names the subject and the
 * cause; {@link #nextStep()} says what to do. Neither ever holds a secret.
 */
public abstract sealed class GatewayDbException extends RuntimeException
    permits ConfigurationException,
        FailedException,
        NeedsPersonException,
        RefusedException,
        UnreachableException {
  private final String nextStep;

  GatewayDbException(String message, String nextStep, @Nullable Throwable cause) {
    super(message, cause);
    this.nextStep = nextStep;
  }

  /** What the reader can do about it, as a sentence; empty when the message already says it. */
  public final String nextStep() {
    return nextStep;
  }
}
