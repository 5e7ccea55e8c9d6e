package dev.gatewaydb.sync.github;

import java.util.Map;
import java.util.Optional;

/**
 * What a file was made from.
 *
 * @param repository as {@code OWNER/NAME}
 * @param commit its full hash
 * @param ref such as {@code refs/heads/main}
 * @param runUrl the page of the workflow run that makes it
 */
public record Source(
    Optional<String> repository,
    Optional<String> commit,
    Optional<String> ref,
    Optional<String> runUrl) {

  /** From the variables that GitHub Actions sets; all is empty elsewhere. */
  public static Source ofActions(Map<String, String> variables) {
    Optional<String> repository = variable(variables, "GITHUB_REPOSITORY");
    Optional<String> server = variable(variables, "GITHUB_SERVER_URL");
    return new Source(
        repository,
        variable(variables, "GITHUB_SHA"),
        variable(variables, "GITHUB_REF"),
        variable(variables, "GITHUB_RUN_ID")
            .flatMap(
                run ->
                    server.flatMap(
                        s -> repository.map(r -> s + "/" + r + "/actions/runs/" + run))));
  }

  private static Optional<String> variable(Map<String, String> variables, String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }
}
