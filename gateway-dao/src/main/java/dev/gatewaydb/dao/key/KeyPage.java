package dev.gatewaydb.dao.key;

import java.util.List;
import java.util.Optional;

/**
 * Some keys of a list, newest first.
 *
 * @param keys at most as many as were asked for
 * @param next where the list goes on, for the next call; empty at its end
 */
public record KeyPage(List<ApiKey> keys, Optional<PageToken> next) {
  /** Copies the list. */
  public KeyPage {
    keys = List.copyOf(keys);
  }
}
