package dev.gatewaydb.migrator;

import java.util.Locale;
import java.util.Optional;

/**
 * An extension that the migrations rely on, and how it stands in a database.
 *
 * @param name as in {@code pg_extension}
 * @param version the one that is installed, else the one that CREATE EXTENSION would install; empty
 *     when the server has none
 * @param wanted the version that the file asks for; empty for the server's default. One that is
 *     present in another version counts as present, as it does for CREATE EXTENSION IF NOT EXISTS
 * @param nextStep what to do about it; empty when present
 */
public record Prerequisite(
    String name, State state, Optional<String> version, Optional<String> wanted, String nextStep) {
  /** Where an extension stands. */
  public enum State {
    /** In this database. */
    PRESENT,
    /** Its files are on the server; CREATE EXTENSION is left to do. */
    INSTALLABLE,
    /** The server doesn't have it, or not in the version that the file asks for. */
    UNAVAILABLE;

    /** As people and machines read it: {@code present}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
