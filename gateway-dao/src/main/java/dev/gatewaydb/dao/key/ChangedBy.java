package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Who changes something and why; kept with the change for good.
 *
 * @param who a person or a service, 1 to 200 characters
 * @param why in their words, 1 to 1,000 characters
 */
public record ChangedBy(String who, String why) {
  private static final int LONGEST_WHO = 200;
  private static final int LONGEST_WHY = 1000;

  /**
   * Checks both.
   *
   * @throws InvalidInputException when one is empty, too long, or holds control characters
   */
  public ChangedBy {
    List<String> faults = new ArrayList<>(TextRule.faults("who changes it", who, LONGEST_WHO));
    faults.addAll(TextRule.faults("the reason", why, LONGEST_WHY));
    if (!faults.isEmpty()) {
      throw new InvalidInputException(faults);
    }
  }
}
