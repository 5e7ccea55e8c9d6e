package dev.gatewaydb.migrator.operate;

import dev.gatewaydb.migrator.error.RefusedException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a database may be reset. The rules are Rack Gateway's {@code reset-db}.
 *
 * @param confirmation the variable that has to be {@value #CONFIRMED}
 * @param devMode the variable that is {@code true} in development
 * @param disableCheck the variable that lets a reset pass whatever the marker says
 */
public record ResetGuard(String confirmation, String devMode, String disableCheck) {
  /** What {@link #confirmation} has to say, exactly. */
  public static final String CONFIRMED = "DELETE_ALL_DATA";

  private static final Set<String> NOT_SET = Set.of("", "0", "false");

  /**
   * Refuses unless the variables and the marker allow a reset.
   *
   * @param variables the environment as the caller merged it
   * @param marker of the database; empty when it has none
   * @throws RefusedException with the way out
   */
  public void require(Map<String, String> variables, Optional<String> marker) {
    requireConfirmation(variables);
    if (marker.equals(Optional.of(EnvironmentMarker.DEVELOPMENT)) || isCheckDisabled(variables)) {
      return;
    }
    if (marker.isPresent()) {
      throw new RefusedException(
          "this database is marked %s".formatted(marker.get()),
          "Check which database this is. If it really is to be emptied: %s=1."
              .formatted(disableCheck),
          null);
    }
    if (!isDevMode(variables)) {
      throw new RefusedException(
          "this database's environment is not known: it has no marker",
          "In development: %s=true, or mark it with 'gwdb environment set development'. Anywhere"
                  .formatted(devMode)
              + " else: %s=1, after checking which database this is.".formatted(disableCheck),
          null);
    }
  }

  /**
   * The first of the rules, which needs no database.
   *
   * @throws RefusedException when the variable doesn't have its one value
   */
  public void requireConfirmation(Map<String, String> variables) {
    if (!CONFIRMED.equals(variables.get(confirmation))) {
      throw new RefusedException(
          "a reset deletes all data, and %s is %s"
              .formatted(
                  confirmation,
                  variables.getOrDefault(confirmation, "").isEmpty()
                      ? "not set"
                      : "not " + CONFIRMED),
          "If that is meant: export %s=%s".formatted(confirmation, CONFIRMED),
          null);
    }
  }

  /** What the database is marked with after its reset. */
  public String environmentAfter(Map<String, String> variables) {
    return isDevMode(variables) ? EnvironmentMarker.DEVELOPMENT : EnvironmentMarker.PRODUCTION;
  }

  private boolean isDevMode(Map<String, String> variables) {
    return "true".equals(variables.get(devMode));
  }

  /** A variable set to 0 or false was hardly meant to open the door. */
  private boolean isCheckDisabled(Map<String, String> variables) {
    return !NOT_SET.contains(variables.getOrDefault(disableCheck, "").strip());
  }
}
