package dev.gatewaydb.sync.github;

import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.kohsuke.github.connector.GitHubConnector;
import org.kohsuke.github.connector.GitHubConnectorRequest;
import org.kohsuke.github.connector.GitHubConnectorResponse;

/**
 * Sends requests for the library, which would repeat any of them, follow redirects with the token,
 * and wait for an hour. What fails ends here in an exception with a next step; only a GET's 404
 * goes on to the caller, who may have expected it.
 */
final class Requests implements GitHubConnector {
  private static final int NOT_FOUND = 404;
  private static final int FIRST_ERROR = 300;
  private static final int FIRST_SERVER_ERROR = 500;

  private final GitHubAccess access;
  private final RequestLimits limits;
  private final HttpClient client;

  Requests(GitHubAccess access) {
    this.access = access;
    this.limits = access.limits();
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(limits.timeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** For answers that the library can't make sense of. */
  static FailedException unreadable(IOException e) {
    return new FailedException(
        "GitHub's answer can't be read: " + Printable.of(String.valueOf(e.getMessage())),
        "Is the API's address right? For GitHub Enterprise it ends in /api/v3.",
        e);
  }

  @Override
  public GitHubConnectorResponse send(GitHubConnectorRequest request) throws IOException {
    boolean reads = request.method().equals("GET");
    HttpRequest sent = translated(request);
    Failure failure = new Failure(access, request.method(), sent.uri());
    for (int attempt = 1; ; attempt++) {
      boolean last = attempt >= limits.tries();
      try {
        HttpResponse<byte[]> response = exchange(sent);
        boolean absent = reads && response.statusCode() == NOT_FOUND;
        if (absent || response.statusCode() < FIRST_ERROR) {
          return new Answer(request, response);
        }
        Optional<Duration> wait = RateLimit.waitAskedFor(response);
        if (wait.isPresent()) {
          if (last || wait.get().compareTo(limits.patience()) > 0) {
            throw failure.limited(response, wait.get());
          }
          // It was refused, so nothing was done, whatever it was.
          sleep(wait.get());
        } else if (!reads || last || response.statusCode() < FIRST_SERVER_ERROR) {
          throw failure.of(response);
        } else {
          sleep(pause(attempt));
        }
      } catch (IOException e) {
        boolean nothingSent =
            e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
        if (last || !(reads || nothingSent)) {
          throw failure.of(e, nothingSent);
        }
        sleep(pause(attempt));
      }
    }
  }

  /** The client's own timeout ends with the headers; a body may never come. */
  private HttpResponse<byte[]> exchange(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, BodyHandlers.ofByteArray());
    try {
      return answer.get(limits.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + limits.timeout().toSeconds() + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw interrupted(e);
    }
  }

  private static HttpRequest translated(GitHubConnectorRequest request) throws IOException {
    String url = request.url().toString();
    if (request.method().equals("GET")) {
      // Where the library still looks a branch up is not documented any more.
      url = url.replaceFirst("(/repos/[^/]+/[^/]+/git/)refs/heads/", "$1ref/heads/");
    }
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url));
    request
        .allHeaders()
        .forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    // Answers are small; without compression there is nothing to undo.
    builder.setHeader("Accept-Encoding", "identity");
    BodyPublisher body = BodyPublishers.noBody();
    if (request.hasBody()) {
      builder.setHeader("Content-Type", "application/json");
      body = BodyPublishers.ofByteArray(request.body().readAllBytes());
    }
    return builder.method(request.method(), body).build();
  }

  private Duration pause(int attempt) {
    long millis = limits.pause().toMillis() << (attempt - 1);
    return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }

  static void sleep(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static GatewayDbException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new FailedException("interrupted while talking to GitHub", "", e);
  }
}
