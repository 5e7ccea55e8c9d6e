package dev.gatewaydb.migrator.connect;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A connection URI taken apart and decoded; nothing checked or defaulted yet.
 *
 * @param hosts as many as ports; empty texts for what is missing
 * @param ports as written
 * @param user empty when missing
 * @param password missing when empty
 * @param database empty when missing
 * @param query parameters in the order given
 */
record UriParts(
    List<String> hosts,
    List<String> ports,
    String user,
    Optional<Secret> password,
    String database,
    Map<String, String> query) {
  static final UriParts NONE =
      new UriParts(List.of(), List.of(), "", Optional.empty(), "", Map.of());

  @Override
  public String toString() {
    return "UriParts"; // parts of a misread URI can be parts of a password
  }
}
