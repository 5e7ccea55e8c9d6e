package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;

/** Whether a key is accepted, and if not, the first reason. */
public enum KeyState {
  /** Accepted. */
  ACTIVE,
  /** The key or its user is switched off, or its user is gone. */
  INACTIVE,
  /** Its time is over. */
  EXPIRED,
  /** Taken back, for good. */
  REVOKED;

  /** In lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The state of that label.
   *
   * @throws InvalidInputException when there is none
   */
  public static KeyState of(String label) {
    return Arrays.stream(values())
        .filter(state -> state.label().equals(label))
        .findFirst()
        .orElseThrow(
            () -> new InvalidInputException("the state is active, inactive, expired or revoked"));
  }
}
