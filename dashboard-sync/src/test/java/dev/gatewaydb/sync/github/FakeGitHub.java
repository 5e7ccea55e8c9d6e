package dev.gatewaydb.sync.github;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gatewaydb.migrator.connect.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Behaves as GitHub's documentation says of the endpoints in use, for the repository
 * acme/dashboard. Requests that GitHub's OpenAPI description doesn't know are faults, which {@link
 * #close} reports.
 */
final class FakeGitHub implements AutoCloseable {
  static final String TOKEN = "ghp_c4n4ryc4n4ryc4n4ryc4n4ryc4n4ryc4n4ry";
  static final RepositoryName REPOSITORY = RepositoryName.of("acme/dashboard");
  private static final String ROOT = "/repos/acme/dashboard";

  /** An answer that the next request gets instead of its own. */
  record Trouble(int status, Map<String, String> headers, String body) {
    /** Closes the connection without a word. */
    static final Trouble HANG_UP = new Trouble(0, Map.of(), "");

    /** Never answers. */
    static final Trouble SILENCE = new Trouble(-1, Map.of(), "");

    static Trouble of(int status, String message, String... headers) {
      Map<String, String> map = new LinkedHashMap<>();
      for (int i = 0; i < headers.length; i += 2) {
        map.put(headers[i], headers[i + 1]);
      }
      return new Trouble(status, map, "{\"message\":\"" + message + "\"}");
    }
  }

  private record Branch(String head, Map<String, String> files) {}

  private final ObjectMapper json = new ObjectMapper();
  private final PublishedApi api = new PublishedApi();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Map<String, Deque<Trouble>> troubles = new LinkedHashMap<>();
  private final Map<String, Branch> branches = new LinkedHashMap<>();
  private final List<ObjectNode> pulls = new ArrayList<>();
  private final List<ObjectNode> runs = new ArrayList<>();
  private final List<JsonNode> dispatches = new ArrayList<>();
  private Optional<String> runTitle = Optional.empty();
  private Deque<String> runStates = new ArrayDeque<>();
  private int commits = 1;

  FakeGitHub() throws IOException {
    branches.put("main", new Branch(sha(1), Map.of()));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  GitHubAccess access() {
    return access(
        new RequestLimits(Duration.ofSeconds(20), 3, Duration.ofMillis(1), Duration.ofSeconds(2)));
  }

  GitHubAccess access(RequestLimits limits) {
    return new GitHubAccess(uri(), Secret.of(TOKEN), "CROSS_REPO_PAT", limits);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** As {@code METHOD /path}, in order. */
  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  synchronized List<JsonNode> dispatches() {
    return List.copyOf(dispatches);
  }

  synchronized List<ObjectNode> pulls() {
    return List.copyOf(pulls);
  }

  /** For requests whose {@code METHOD /path} ends like this, one after the other. */
  synchronized void answer(String requestEnd, Trouble... answers) {
    troubles.put(requestEnd, new ArrayDeque<>(List.of(answers)));
  }

  synchronized void put(String branch, String path, String text) {
    Branch old = branches.getOrDefault(branch, new Branch("", Map.of()));
    Map<String, String> files = new LinkedHashMap<>(old.files());
    files.put(path, text);
    branches.put(branch, new Branch(sha(++commits), files));
  }

  synchronized Optional<String> text(String branch, String path) {
    return Optional.ofNullable(branches.get(branch)).map(b -> b.files().get(path));
  }

  synchronized void closePull(int index) {
    pulls.get(index).put("state", "closed");
  }

  /**
   * From now on each dispatch starts a run.
   *
   * @param title with {@code %s} for the dispatch's id
   * @param states what the run is each time that it is looked at; the last one stays
   */
  synchronized void listen(String title, String... states) {
    runTitle = Optional.of(title);
    runStates = new ArrayDeque<>(List.of(states));
  }

  /** A run that is there already, or another event's. */
  synchronized void addRun(String title, String state) {
    runs.addFirst(run(title, state));
  }

  private static String sha(int number) {
    return "%040x".formatted(number);
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getPath();
    Trouble answer;
    synchronized (this) {
      requests.add(method + " " + path);
      faults.addAll(api.faults(method, exchange.getRequestURI(), body));
      check(exchange, method);
      answer =
          trouble(method + " " + path)
              .orElseGet(() -> answer(method, exchange.getRequestURI(), body));
    }
    reply(exchange, answer);
  }

  private void check(HttpExchange exchange, String method) {
    var headers = exchange.getRequestHeaders();
    if (!("token " + TOKEN).equals(headers.getFirst("Authorization"))) {
      faults.add("no token: " + headers.getFirst("Authorization"));
    }
    if (!"application/vnd.github+json".equals(headers.getFirst("Accept"))) {
      faults.add("Accept: " + headers.getFirst("Accept"));
    }
    if (!method.equals("GET") && !"application/json".equals(headers.getFirst("Content-Type"))) {
      faults.add("Content-Type: " + headers.getFirst("Content-Type"));
    }
  }

  private Optional<Trouble> trouble(String request) {
    return troubles.entrySet().stream()
        .filter(entry -> request.endsWith(entry.getKey()))
        .map(entry -> entry.getValue().poll())
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static void reply(HttpExchange exchange, Trouble answer) throws IOException {
    if (answer.status() == Trouble.SILENCE.status()) {
      return;
    }
    if (answer.status() == Trouble.HANG_UP.status()) {
      exchange.close();
      return;
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Trouble answer(String method, URI uri, byte[] body) {
    JsonNode sent = read(body);
    String path = uri.getPath();
    if (!path.startsWith(ROOT)) {
      return Trouble.of(404, "Not Found");
    }
    String rest = path.substring(ROOT.length());
    String query = String.valueOf(uri.getQuery());
    String call = method + " " + rest.replaceFirst("^(/\\w+(/refs?|/runs|/blobs)?).*", "$1");
    return switch (call) {
      case "GET " -> ok(repository());
      case "POST /dispatches" -> dispatch(sent);
      case "GET /actions/runs" -> runs(rest);
      case "GET /contents" -> contents(rest, query);
      case "PUT /contents" -> commit(rest, sent);
      case "GET /git/ref" -> ref(rest.substring("/git/ref/heads/".length()));
      case "POST /git/refs" -> createRef(sent);
      case "PATCH /git/refs" -> updateRef(rest.substring("/git/refs/heads/".length()), sent);
      case "GET /git/blobs" -> blob(rest.substring("/git/blobs/".length()));
      case "GET /pulls" -> pulls(query);
      case "POST /pulls" -> createPull(sent);
      case "PATCH /pulls" -> updatePull(rest, sent);
      default -> Trouble.of(404, "Not Found");
    };
  }

  private JsonNode read(byte[] body) {
    try {
      return json.readTree(body);
    } catch (IOException e) {
      return json.missingNode();
    }
  }

  private static Trouble ok(JsonNode node) {
    return new Trouble(200, Map.of(), node.toString());
  }

  private static Trouble created(JsonNode node) {
    return new Trouble(201, Map.of(), node.toString());
  }

  private ObjectNode repository() {
    ObjectNode node = json.createObjectNode();
    node.put("id", 1).put("name", "dashboard").put("full_name", "acme/dashboard");
    node.putObject("owner").put("login", "acme").put("id", 2);
    node.put("url", uri() + ROOT).put("default_branch", "main");
    return node;
  }

  private Trouble dispatch(JsonNode sent) {
    dispatches.add(sent);
    String id = sent.path("client_payload").path("dispatch_id").asText();
    runTitle.ifPresent(title -> runs.addFirst(run(title.replace("%s", id), runStates.peek())));
    return new Trouble(204, Map.of(), "");
  }

  private ObjectNode run(String title, String state) {
    ObjectNode run = json.createObjectNode();
    int id = 30_433_642 + runs.size();
    run.put("id", id).put("name", "Receive").put("event", "repository_dispatch");
    run.put("display_title", title).put("run_number", runs.size()).put("workflow_id", 7);
    run.put("html_url", "https://github.com/acme/dashboard/actions/runs/" + id);
    run.put("url", uri() + ROOT + "/actions/runs/" + id);
    set(run, state);
    return run;
  }

  /** As {@code status} or {@code completed:conclusion}. */
  private static void set(ObjectNode run, String state) {
    String[] words = state.split(":", -1);
    run.put("status", words[0]).put("conclusion", words.length > 1 ? words[1] : null);
  }

  private Trouble runs(String rest) {
    if (!runs.isEmpty() && runTitle.isPresent() && runStates.size() > 1) {
      set(runs.getFirst(), runStates.poll());
    } else if (!runs.isEmpty() && runTitle.isPresent() && !runStates.isEmpty()) {
      set(runs.getFirst(), runStates.peek());
    }
    String id = rest.substring("/actions/runs".length());
    if (!id.isEmpty()) {
      return runs.stream()
          .filter(run -> id.equals("/" + run.path("id").asText()))
          .findFirst()
          .map(FakeGitHub::ok)
          .orElse(Trouble.of(404, "Not Found"));
    }
    ObjectNode page = json.createObjectNode().put("total_count", runs.size());
    page.putArray("workflow_runs").addAll(runs);
    return ok(page);
  }

  private Trouble contents(String rest, String query) {
    String path = rest.substring("/contents/".length());
    Branch branch = branches.get(query.replace("ref=", ""));
    String text = branch == null ? null : branch.files().get(path);
    if (text == null) {
      return Trouble.of(404, "Not Found");
    }
    ObjectNode node = json.createObjectNode();
    node.put("type", "file").put("name", path).put("path", path).put("sha", GitBlob.id(text));
    // As for files beyond 1 MB, so that nobody relies on it.
    node.put("size", text.length()).put("encoding", "none").put("content", "");
    return ok(node);
  }

  private Trouble commit(String rest, JsonNode sent) {
    String path = rest.substring("/contents/".length());
    String branch = sent.path("branch").asText("main");
    String old = text(branch, path).map(GitBlob::id).orElse("");
    if (!branches.containsKey(branch)) {
      return Trouble.of(404, "Branch " + branch + " not found");
    }
    if (!old.equals(sent.path("sha").asText(""))) {
      return Trouble.of(409, path + " does not match " + sent.path("sha").asText());
    }
    byte[] bytes = Base64.getMimeDecoder().decode(sent.path("content").asText());
    put(branch, path, new String(bytes, StandardCharsets.UTF_8));
    ObjectNode node = json.createObjectNode();
    node.putObject("content")
        .put("path", path)
        .put("sha", GitBlob.id(text(branch, path).orElse("")));
    node.putObject("commit").put("sha", sha(commits));
    return created(node);
  }

  private Trouble ref(String branch) {
    return branches.containsKey(branch) ? ok(refNode(branch)) : Trouble.of(404, "Not Found");
  }

  private ObjectNode refNode(String branch) {
    ObjectNode node = json.createObjectNode();
    node.put("ref", "refs/heads/" + branch).put("url", uri() + ROOT + "/git/refs/heads/" + branch);
    node.putObject("object")
        .put("type", "commit")
        .put("sha", Objects.requireNonNull(branches.get(branch)).head());
    return node;
  }

  private Trouble createRef(JsonNode sent) {
    String branch = sent.path("ref").asText().replace("refs/heads/", "");
    if (branches.containsKey(branch)) {
      return Trouble.of(422, "Reference already exists");
    }
    branches.put(branch, at(sent.path("sha").asText()));
    return created(refNode(branch));
  }

  private Trouble updateRef(String branch, JsonNode sent) {
    if (!sent.path("force").asBoolean()) {
      return Trouble.of(422, "Update is not a fast forward");
    }
    branches.put(branch, at(sent.path("sha").asText()));
    return ok(refNode(branch));
  }

  private Branch at(String head) {
    return branches.values().stream().filter(b -> b.head().equals(head)).findFirst().orElseThrow();
  }

  private Trouble blob(String id) {
    for (Branch branch : branches.values()) {
      for (String text : branch.files().values()) {
        if (GitBlob.id(text).equals(id)) {
          String content =
              Base64.getMimeEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
          return ok(
              json.createObjectNode()
                  .put("sha", id)
                  .put("size", text.length())
                  .put("encoding", "base64")
                  .put("content", content));
        }
      }
    }
    return Trouble.of(404, "Not Found");
  }

  private Trouble pulls(String query) {
    ArrayNode found = json.createArrayNode();
    for (ObjectNode pull : pulls) {
      String head = "head=acme:" + pull.path("head").path("ref").asText();
      boolean open = pull.path("state").asText().equals("open");
      if (open && List.of(query.split("&", -1)).contains(head) && query.contains("state=open")) {
        found.add(pull);
      }
    }
    return ok(found);
  }

  private Trouble createPull(JsonNode sent) {
    ObjectNode pull = json.createObjectNode();
    int number = pulls.size() + 1;
    pull.put("id", number).put("number", number).put("state", "open");
    pull.put("url", uri() + ROOT + "/pulls/" + number);
    pull.put("html_url", "https://github.com/acme/dashboard/pull/" + number);
    pull.put("title", sent.path("title").asText()).put("body", sent.path("body").asText());
    pull.putObject("head").put("ref", sent.path("head").asText());
    pull.putObject("base").put("ref", sent.path("base").asText()).set("repo", repository());
    pulls.add(pull);
    return created(pull);
  }

  private Trouble updatePull(String rest, JsonNode sent) {
    int number = Integer.parseInt(rest.substring("/pulls/".length()));
    pulls.get(number - 1).setAll((ObjectNode) sent);
    return ok(pulls.get(number - 1));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    assertThat(faults).as("requests that GitHub does not know").isEmpty();
  }
}
