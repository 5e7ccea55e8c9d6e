package dev.gatewaydb.dao.usage;

import java.util.Optional;
import java.util.UUID;

/**
 * Whose usage.
 *
 * @param keyId of this key alone
 * @param userId of this user's keys alone
 */
public record UsageScope(Optional<UUID> keyId, Optional<UUID> userId) {
  /** Everybody's. */
  public static final UsageScope ALL = new UsageScope(Optional.empty(), Optional.empty());

  /** One key's. */
  public static UsageScope ofKey(UUID id) {
    return new UsageScope(Optional.of(id), Optional.empty());
  }

  /** All keys of one user. */
  public static UsageScope ofUser(UUID id) {
    return new UsageScope(Optional.empty(), Optional.of(id));
  }
}
