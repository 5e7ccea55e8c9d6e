package dev.gatewaydb.dao;

/** The state of what was to be changed forbids it, perhaps since a moment ago; nothing was done. */
public final class ConflictException extends DaoException {
  /** Names the subject and its state, and what to do. */
  public ConflictException(String message, String nextStep) {
    super(message, nextStep, null);
  }
}
