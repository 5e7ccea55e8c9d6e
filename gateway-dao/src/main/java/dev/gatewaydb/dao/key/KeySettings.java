package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What may be changed about a key.
 *
 * @param name given by its owner, 1 to 200 characters, none of them control characters
 * @param permissions what it is granted
 * @param limits tier, rate and quota
 * @param expiresAt refused from this moment on, by the database's clock; empty: never
 */
public record KeySettings(
    String name, Permissions permissions, KeyLimits limits, Optional<Instant> expiresAt) {
  private static final int LONGEST_NAME = 200;

  /** With the limits of the free tier, and without an end. */
  public static KeySettings of(String name, Permissions permissions) {
    return new KeySettings(name, permissions, KeyLimits.of(Tier.FREE), Optional.empty());
  }

  /** With another name. */
  public KeySettings withName(String other) {
    return new KeySettings(other, permissions, limits, expiresAt);
  }

  /** With other permissions. */
  public KeySettings withPermissions(Permissions other) {
    return new KeySettings(name, other, limits, expiresAt);
  }

  /** With other limits. */
  public KeySettings withLimits(KeyLimits other) {
    return new KeySettings(name, permissions, other, expiresAt);
  }

  /** With another end; empty: none. */
  public KeySettings withExpiresAt(Optional<Instant> end) {
    return new KeySettings(name, permissions, limits, end);
  }

  /** What is wrong, one line each; a moment in the past is the database's to find. */
  List<String> faults() {
    List<String> faults = new ArrayList<>(TextRule.faults("the name", name, LONGEST_NAME));
    faults.addAll(PermissionGrammar.faults(permissions.toList()));
    faults.addAll(limits.faults());
    return faults;
  }
}
