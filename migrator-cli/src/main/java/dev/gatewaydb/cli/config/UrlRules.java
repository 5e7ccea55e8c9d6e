package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.Map;
import java.util.Optional;

/** A URL where others can read it holds no password. */
public final class UrlRules {
  private UrlRules() {}

  /** Files are committed and copied; the URL's text is never in a fault. */
  static void check(TomlTable table, String key, Optional<String> url) {
    try {
      if (url.isPresent() && holdsPassword(key, url.get())) {
        table.fault(key, "holds a password; leave that to PGPASSWORD or a password file");
      }
    } catch (ConfigurationException e) {
      e.faults().forEach(fault -> table.fault(key, fault.replaceFirst("^" + key + ":? ", "")));
    }
  }

  /**
   * Whether the URL itself has one, for the login or for a key.
   *
   * @param source what the URL was given as, for messages
   * @throws ConfigurationException when it is no URL
   */
  public static boolean holdsPassword(String source, String url) {
    // Given a password to fall back on, the reader doesn't look for a password file.
    String fallback = "none in the URL";
    DatabaseSettings settings =
        DatabaseSettings.fromUri(source, url, Map.of("PGPASSWORD", fallback));
    DatabaseSettings without = settings.withLogin(settings.user(), Optional.empty());
    boolean forItsKey = !without.uri().equals(without.displayUrl());
    return forItsKey || !settings.password().equals(Optional.of(Secret.of(fallback)));
  }
}
