package dev.gatewaydb.sync.github;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpResponse;
import org.kohsuke.github.connector.GitHubConnectorRequest;
import org.kohsuke.github.connector.GitHubConnectorResponse;

/** A complete answer, as the library wants it. */
final class Answer extends GitHubConnectorResponse {
  private final byte[] body;

  Answer(GitHubConnectorRequest request, HttpResponse<byte[]> response) {
    super(request, response.statusCode(), response.headers().map());
    this.body = response.body();
  }

  @Override
  public InputStream bodyStream() {
    return new ByteArrayInputStream(body);
  }

  @Override
  public void close() {}
}
