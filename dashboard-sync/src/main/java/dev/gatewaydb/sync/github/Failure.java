package dev.gatewaydb.sync.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says why a request failed and what to do about it. */
final class Failure {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SSO = Pattern.compile("required; url=(https://\\S+)");

  private final GitHubAccess access;
  private final String method;
  private final URI uri;

  Failure(GitHubAccess access, String method, URI uri) {
    this.access = access;
    this.method = method;
    this.uri = uri;
  }

  GatewayDbException of(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    String said = "GitHub answers %d to %s: %s".formatted(status, request(), message(response));
    return switch (status) {
      case 301, 302, 307, 308 ->
          new ConfigurationException(
              said + redirect(response),
              "The repository or the API has moved: give the new name or address. The token is not"
                  + " sent after it.");
      case 401 ->
          new ConfigurationException(
              said,
              "GitHub does not accept the token in %s: it has expired, was revoked, or is another"
                      .formatted(access.tokenName())
                  + " server's. Make a new one.");
      case 403 -> forbidden(response, said);
      case 404 ->
          new ConfigurationException(
              said,
              "The repository is not there, or the token in %s may not see or write it: a"
                      .formatted(access.tokenName())
                  + " fine-grained token must name this repository, a classic one needs the scope"
                  + " 'repo'.");
      case 409 ->
          new FailedException(
              said,
              "Somebody changed it at the same time, or the repository is empty. Run it again.",
              null);
      case 422 ->
          new ConfigurationException(
              said, "GitHub understands the request and refuses it for the reason above.");
      default ->
          new FailedException(
              said,
              status >= 500
                  ? "GitHub itself has a fault; see www.githubstatus.com. " + whetherDone(false)
                  : "",
              null);
    };
  }

  private GatewayDbException forbidden(HttpResponse<byte[]> response, String said) {
    Matcher sso = SSO.matcher(response.headers().firstValue("x-github-sso").orElse(""));
    if (sso.find()) {
      return new ConfigurationException(
          said,
          "The organisation wants single sign-on: authorise the token at "
              + Printable.of(sso.group(1)));
    }
    String wanted =
        response
            .headers()
            .firstValue("x-accepted-github-permissions")
            .map(permissions -> " GitHub asks for: " + Printable.of(permissions) + ".")
            .orElse("");
    return new ConfigurationException(
        said,
        "The token in %s lacks a permission.%s Dispatching and pull requests need 'contents: write',"
                .formatted(access.tokenName(), wanted)
            + " pull requests also 'pull requests: write', --wait 'actions: read'.");
  }

  GatewayDbException limited(HttpResponse<byte[]> response, Duration wait) {
    String kind = RateLimit.isSecondary(response) ? "secondary rate limit" : "rate limit";
    Instant again = Instant.now().plus(wait).truncatedTo(ChronoUnit.SECONDS);
    return new FailedException(
        "GitHub's %s is used up (%d to %s): %s"
            .formatted(kind, response.statusCode(), request(), message(response)),
        "Nothing was done. Try again after %s, in %d s; what else uses the token in %s?"
            .formatted(again, wait.toSeconds(), access.tokenName()),
        null);
  }

  GatewayDbException of(IOException e, boolean nothingSent) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new FailedException(
        "GitHub can't be reached at %s (%s): %s"
            .formatted(access.api(), request(), Printable.of(reason)),
        "Is the address right, and does a proxy or firewall let it through? "
            + whetherDone(nothingSent),
        e);
  }

  private String whetherDone(boolean nothingSent) {
    return nothingSent || method.equals("GET")
        ? "Nothing was changed."
        : "Whether the request was carried out is not known, so it was not sent again: look there"
            + " first. Running the command again is safe.";
  }

  private String request() {
    return method + " " + uri.getPath();
  }

  private static String redirect(HttpResponse<byte[]> response) {
    return response.headers().firstValue("location").map(to -> " → " + Printable.of(to)).orElse("");
  }

  /** What GitHub says in words, with the single faults of a 422. */
  private static String message(HttpResponse<byte[]> response) {
    try {
      JsonNode body = JSON.readTree(response.body());
      List<String> words = new ArrayList<>(List.of(body.path("message").asText("no reason given")));
      for (JsonNode error : body.path("errors")) {
        String text = error.path("message").asText(error.path("code").asText(error.asText()));
        words.add((error.path("field").asText() + " " + text).strip());
      }
      return Printable.of(String.join("; ", words));
    } catch (IOException noJson) {
      return "no reason given";
    }
  }
}
