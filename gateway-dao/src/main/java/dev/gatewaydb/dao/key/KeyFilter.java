package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.usage.Tier;
import java.util.Optional;
import java.util.UUID;

/**
 * Which keys to list: those that fit everything that is given.
 *
 * @param userId of this owner
 * @param address of this address
 * @param tier of this tier
 * @param permission that are granted this, directly or by a wider grant
 * @param state in this state
 */
public record KeyFilter(
    Optional<UUID> userId,
    Optional<EthereumAddress> address,
    Optional<Tier> tier,
    Optional<Permission> permission,
    Optional<KeyState> state) {
  /** All keys. */
  public static final KeyFilter ALL =
      new KeyFilter(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** Only this owner's. */
  public KeyFilter withUserId(UUID wanted) {
    return new KeyFilter(Optional.of(wanted), address, tier, permission, state);
  }

  /** Only this address's. */
  public KeyFilter withAddress(EthereumAddress wanted) {
    return new KeyFilter(userId, Optional.of(wanted), tier, permission, state);
  }

  /** Only this tier's. */
  public KeyFilter withTier(Tier wanted) {
    return new KeyFilter(userId, address, Optional.of(wanted), permission, state);
  }

  /** Only those that are granted this. */
  public KeyFilter withPermission(Permission wanted) {
    return new KeyFilter(userId, address, tier, Optional.of(wanted), state);
  }

  /** Only those in this state. */
  public KeyFilter withState(KeyState wanted) {
    return new KeyFilter(userId, address, tier, permission, Optional.of(wanted));
  }
}
