package dev.gatewaydb.dao;

import java.util.List;

/** What was given breaks a rule; nothing was touched. All faults found are reported together. */
public final class InvalidInputException extends DaoException {
  private final List<String> faults;

  /**
   * Collects what is wrong.
   *
   * @param faults one line each, at least one
   */
  public InvalidInputException(List<String> faults) {
    super(String.join("\n", faults), "", null);
    if (faults.isEmpty()) {
      throw new IllegalArgumentException("invalid input needs at least one fault");
    }
    this.faults = List.copyOf(faults);
  }

  /** A single fault. */
  public InvalidInputException(String fault) {
    this(List.of(fault));
  }

  /** Each fault as one line, in the order they were found. */
  public List<String> faults() {
    return faults;
  }
}
