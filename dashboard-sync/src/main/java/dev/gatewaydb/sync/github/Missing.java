package dev.gatewaydb.sync.github;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import java.io.FileNotFoundException;
import java.io.IOException;

/** Tells a 404 from other faults. */
final class Missing {
  private Missing() {}

  static GatewayDbException repository(
      GitHubAccess access, RepositoryName repository, IOException e) {
    return e instanceof FileNotFoundException
        ? new ConfigurationException(
            "%s: there is no repository %s, or the token in %s may not see it"
                .formatted(access.api(), repository, access.tokenName()),
            "Check the name. A fine-grained token must name this repository, a classic one needs the"
                + " scope 'repo'.")
        : Requests.unreadable(e);
  }
}
