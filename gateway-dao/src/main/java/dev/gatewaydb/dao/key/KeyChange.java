package dev.gatewaydb.dao.key;

import java.time.Instant;
import java.util.Map;

/**
 * One change of a key, as it was recorded.
 *
 * @param at when, by the database's clock
 * @param action {@code create}, {@code update}, {@code rotate}, {@code revoke} or {@code purge}
 * @param by who and why
 * @param oldValues what was there before, by field
 * @param newValues what is there since, by field
 */
public record KeyChange(
    Instant at,
    String action,
    ChangedBy by,
    Map<String, String> oldValues,
    Map<String, String> newValues) {
  /** Copies the maps. */
  public KeyChange {
    oldValues = Map.copyOf(oldValues);
    newValues = Map.copyOf(newValues);
  }
}
