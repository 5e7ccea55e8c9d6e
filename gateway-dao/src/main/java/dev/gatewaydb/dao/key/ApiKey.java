package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.EthereumAddress;
import java.util.Optional;
import java.util.UUID;

/**
 * A key as it is stored: everything but its value, which nobody has.
 *
 * @param id names the key for life, also when its value is rotated
 * @param userId its owner
 * @param address of the owner
 * @param environment what it is for
 * @param settings everything that may be changed
 * @param state whether it was accepted when it was read
 * @param times when things happened to it
 * @param shown its first and last characters, to recognise it by: {@code gw_live_AbCd…wxyz}
 * @param pepperId which pepper its hash is keyed with; empty: none
 */
public record ApiKey(
    UUID id,
    UUID userId,
    EthereumAddress address,
    KeyEnvironment environment,
    KeySettings settings,
    KeyState state,
    KeyTimes times,
    String shown,
    Optional<String> pepperId) {
  /** Given by its owner; may be any text where others wrote it. */
  public String name() {
    return settings.name();
  }

  /** What it is granted. */
  public Permissions permissions() {
    return settings.permissions();
  }
}
