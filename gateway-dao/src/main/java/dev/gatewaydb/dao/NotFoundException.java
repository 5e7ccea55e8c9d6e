package dev.gatewaydb.dao;

/** What was to be changed is not there. */
public final class NotFoundException extends DaoException {
  /** Names what is missing, and what to do. */
  public NotFoundException(String message, String nextStep) {
    super(message, nextStep, null);
  }
}
