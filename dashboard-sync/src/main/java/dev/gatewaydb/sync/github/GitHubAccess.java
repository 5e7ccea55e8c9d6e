package dev.gatewaydb.sync.github;

import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.kohsuke.github.GitHub;
import org.kohsuke.github.GitHubBuilder;

/**
 * How to get to GitHub.
 *
 * @param api the REST API's address: {@link #PUBLIC}, or that of a GitHub Enterprise server, such
 *     as {@code https://github.example.com/api/v3}
 * @param token a personal access token
 * @param tokenName where the token was taken from, for messages
 * @param limits on single requests
 */
public record GitHubAccess(URI api, Secret token, String tokenName, RequestLimits limits) {
  /** The address of github.com's API. */
  public static final URI PUBLIC = URI.create("https://api.github.com");

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /**
   * Refuses what would send the token in clear.
   *
   * @throws ConfigurationException when the address is no https URL, loopback excepted, or the
   *     token can't be one
   */
  public GitHubAccess {
    String scheme = String.valueOf(api.getScheme()).toLowerCase(Locale.ROOT);
    String host = String.valueOf(api.getHost()).toLowerCase(Locale.ROOT);
    boolean local = scheme.equals("http") && LOOPBACK.contains(host);
    if (api.getHost() == null || api.getUserInfo() != null || !(scheme.equals("https") || local)) {
      throw new ConfigurationException(
          "GitHub's API can't be at '%s'".formatted(withoutLogin(api)),
          "Give an https address without a login, as in https://github.example.com/api/v3.");
    }
    if (!token.reveal().matches("[\\x21-\\x7e]+")) {
      throw new ConfigurationException(
          tokenName + " holds a character that no token has, such as a space or a line end", "");
    }
  }

  private static String withoutLogin(URI uri) {
    return Printable.of(uri.toString().replaceAll("//[^/@]*@", "//***@"));
  }

  /** Asks nothing yet. */
  GitHub connect() {
    try {
      return new GitHubBuilder()
          .withEndpoint(api.toString())
          // Without a login, even an empty one, the library would ask for the user's.
          .withOAuthToken(token.reveal(), "")
          .withConnector(new Requests(this))
          .build();
    } catch (IOException e) {
      throw Requests.unreadable(e);
    }
  }
}
