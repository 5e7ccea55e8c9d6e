package dev.gatewaydb.sync.server;

import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import java.time.Duration;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.QoSHandler;

/** What a client may take of the server. */
final class Limits {
  static final int REQUESTS_AT_ONCE = 64;

  private static final int REQUESTS_WAITING = 1_024;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 2_000;
  private static final int BODY_BYTES = 4 * 1024;
  private static final int HEADER_BYTES = 8 * 1024;
  private static final int SLOWEST_BYTES_PER_SECOND = 100;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration STOPPING = Duration.ofSeconds(10);

  private Limits() {}

  static void apply(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.concurrency.useVirtualThreads = true;
    config.http.maxRequestSize = BODY_BYTES;
    config.http.prefer405over404 = true;
    // Texts are kept compressed; the rest is short.
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.jetty.modifyHttpConfiguration(Limits::http);
    config.jetty.modifyServer(Limits::server);
  }

  private static void http(HttpConfiguration http) {
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setIdleTimeout(IDLE.toMillis());
    http.setMinRequestDataRate(SLOWEST_BYTES_PER_SECOND);
    http.setMinResponseDataRate(SLOWEST_BYTES_PER_SECOND);
    http.setSendServerVersion(false);
  }

  private static void server(Server server) {
    server.setStopTimeout(STOPPING.toMillis());
    server.addBean(new NetworkConnectionLimit(CONNECTIONS, server));
    HealthFirst requests = new HealthFirst();
    requests.setMaxRequestCount(REQUESTS_AT_ONCE);
    requests.setMaxSuspendedRequestCount(REQUESTS_WAITING);
    requests.setMaxSuspend(LONGEST_WAIT);
    server.setHandler(new GracefulHandler(requests));
  }

  /** Whoever restarts what doesn't answer must not take a busy server for a dead one. */
  private static final class HealthFirst extends QoSHandler {
    @Override
    protected int getPriority(Request request) {
      String path = request.getHttpURI().getPath();
      return "/healthz".equals(path) || "/readyz".equals(path) ? 1 : 0;
    }
  }
}
