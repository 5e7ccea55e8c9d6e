package dev.gatewaydb.dao.key;

import java.util.List;
import java.util.UUID;

/**
 * A key just made, with its clear text for the only time.
 *
 * @param id names the key from now on
 * @param name given by its owner
 * @param permissions such as {@code rpc_read}
 * @param secret to be handed over and forgotten
 */
public record IssuedKey(UUID id, String name, List<String> permissions, ApiKeySecret secret) {
  /** Copies the list. */
  public IssuedKey {
    permissions = List.copyOf(permissions);
  }
}
