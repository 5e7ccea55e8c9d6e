package dev.gatewaydb.sync.github;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository on GitHub.
 *
 * @param owner a user or an organisation
 * @param name without the owner
 */
public record RepositoryName(String owner, String name) {
  private static final Pattern FORM =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9_-]*)/(?!\\.{1,2}$)([A-Za-z0-9._-]+)");

  /**
   * Reads {@code OWNER/NAME}.
   *
   * @throws ConfigurationException for anything else
   */
  public static RepositoryName of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new ConfigurationException(
          "'%s' is no repository".formatted(Printable.of(text)),
          "Write OWNER/NAME, as in acme/dashboard-api.");
    }
    return new RepositoryName(matcher.group(1), matcher.group(2));
  }

  @Override
  public String toString() {
    return owner + "/" + name;
  }
}
