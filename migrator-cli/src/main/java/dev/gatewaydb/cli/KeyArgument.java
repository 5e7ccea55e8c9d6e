package dev.gatewaydb.cli;

import dev.gatewaydb.dao.key.ApiKey;
import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.migrator.connect.Text;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** A key on the command line: its id, or the characters of it that are shown. */
final class KeyArgument {
  static final String DESCRIPTION = "The key's id, or the part of it that is shown: gw_live_AbCd.";

  private static final Pattern UUID_FORM =
      Pattern.compile("(?i)[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}");
  // Longer than all that is ever shown: gw_live_AbCd…wxyz.
  private static final int LONGEST_SHOWN = 19;

  private KeyArgument() {}

  static ApiKey find(ApiKeyStore store, String text) {
    if (UUID_FORM.matcher(text).matches()) {
      return store
          .find(UUID.fromString(text))
          .orElseThrow(() -> notFound("there is no key with the id " + text));
    }
    if (text.length() > LONGEST_SHOWN) {
      throw new ConfigurationException(
          "a key is named by its id or the few characters that are shown, not by its value",
          "If that was a real key, it is in your shell's history now, and every user of this"
              + " machine could see it: rotate it. 'gwdb keys verify' reads a key from stdin.");
    }
    List<ApiKey> keys = store.findShown(text);
    if (keys.isEmpty()) {
      throw notFound("no key is shown as " + Text.line(text));
    }
    if (keys.size() > 1) {
      List<String> candidates = new ArrayList<>();
      keys.forEach(
          key ->
              candidates.add(
                  "%s  %s  %s  %s"
                      .formatted(
                          key.id(), key.shown(), key.state().label(), Text.line(key.name()))));
      throw new ConfigurationException(
          "%d keys are shown as %s".formatted(keys.size(), Text.line(text)),
          "Name one by its id:\n" + String.join("\n", candidates));
    }
    return keys.get(0);
  }

  private static ConfigurationException notFound(String message) {
    return new ConfigurationException(
        message, "'gwdb keys list' shows them. Is this the right database?");
  }

  static Optional<UUID> id(String option, String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(uuid(option, text));
  }

  static UUID uuid(String option, String text) {
    if (!UUID_FORM.matcher(text).matches()) {
      throw new ConfigurationException(option + " takes an id, a UUID", "");
    }
    return UUID.fromString(text);
  }
}
