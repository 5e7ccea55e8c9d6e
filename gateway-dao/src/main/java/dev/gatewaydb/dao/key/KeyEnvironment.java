package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.InvalidInputException;

/** What a key is for; part of its text, so that a test key is never mistaken for a live one. */
public enum KeyEnvironment {
  /** For production traffic. */
  LIVE("live"),
  /** For development and tests. */
  TEST("test");

  private final String label;

  KeyEnvironment(String label) {
    this.label = label;
  }

  /** As it stands in the key and in the database. */
  public String label() {
    return label;
  }

  /**
   * The environment of that label.
   *
   * @throws InvalidInputException when there is none
   */
  public static KeyEnvironment of(String label) {
    return switch (label) {
      case "live" -> LIVE;
      case "test" -> TEST;
      default -> throw new InvalidInputException("the environment is live or test");
    };
  }
}
