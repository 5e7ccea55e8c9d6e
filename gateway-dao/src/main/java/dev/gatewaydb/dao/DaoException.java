package dev.gatewaydb.dao;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that the stores throw on purpose. The message names the subject and the
 * cause; {@link #nextStep()} says what to do. Neither ever holds a secret.
 */
public abstract sealed class DaoException extends RuntimeException
    permits InvalidInputException,
        NotFoundException,
        ConflictException,
        SecretException,
        DatabaseException {
  private final String nextStep;

  DaoException(String message, String nextStep, @Nullable Throwable cause) {
    super(message, cause);
    this.nextStep = nextStep;
  }

  /** What the reader can do about it, as a sentence; empty when the message already says it. */
  public final String nextStep() {
    return nextStep;
  }
}
