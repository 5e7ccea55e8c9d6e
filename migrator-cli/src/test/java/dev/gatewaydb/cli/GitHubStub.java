package dev.gatewaydb.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Gives fixed answers and keeps what was sent; dashboard-sync's tests see whether the requests are
 * what GitHub documents.
 */
final class GitHubStub implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final Map<String, Runnable> actions = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  GitHubStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
    answer(
        "GET /repos/acme/dashboard",
        "{\"id\":1,\"name\":\"dashboard\",\"full_name\":"
            + "\"acme/dashboard\",\"owner\":{\"login\":\"acme\"},\"default_branch\":\"main\"}");
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Status 201 or 200; without an answer it is 404, and for an empty one 204. */
  void answer(String request, String json) {
    answers.put(request, json);
  }

  /** Does this before it answers. */
  void onRequest(String request, Runnable action) {
    actions.put(request, action);
  }

  /** As {@code METHOD /path body}. */
  List<String> requests() {
    return requests;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    requests.add(
        request
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    actions.getOrDefault(request, () -> {}).run();
    String answer = answers.get(request);
    byte[] body =
        (answer == null ? "{\"message\":\"Not Found\"}" : answer).getBytes(StandardCharsets.UTF_8);
    boolean writes = !request.startsWith("GET");
    int status = answer == null ? 404 : body.length == 0 ? 204 : writes ? 201 : 200;
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
