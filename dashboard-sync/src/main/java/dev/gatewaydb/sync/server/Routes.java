package dev.gatewaydb.sync.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.key.ApiKey;
import dev.gatewaydb.migrator.error.GatewayDbException;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What there is to fetch. */
final class Routes {
  private final ServedDatabase database;
  private final String version;
  private final DatabaseWatch watch;
  private final SchemaFiles files;
  private final ServerMetrics metrics;
  private final Gate gate;
  private final Representation style = resource("style.css", "text/css; charset=utf-8");
  private final Representation icon = resource("icon.svg", "image/svg+xml");
  private final TemplateEngine templates =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, Routes.class.getClassLoader(), Routes.class.getPackageName());
  private final AtomicReference<@Nullable LastSync> lastSync = new AtomicReference<>();
  private final AtomicReference<@Nullable String> newestSha256 = new AtomicReference<>();

  Routes(
      ServedDatabase database,
      String version,
      DatabaseWatch watch,
      SchemaFiles files,
      ServerMetrics metrics,
      Gate gate) {
    this.database = database;
    this.version = version;
    this.watch = watch;
    this.files = files;
    this.metrics = metrics;
    this.gate = gate;
  }

  void addTo(JavalinConfig config) {
    config.routes.before(Answers::begin);
    config.routes.before(gate::requireLocalName);
    config.routes.beforeMatched(gate::admit);
    config.requestLogger.http(
        (context, millis) -> {
          metrics.answered(context, millis);
          Answers.log(context, millis);
        });
    config.routes.exception(HttpResponseException.class, this::refused);
    config.routes.exception(GatewayDbException.class, Answers::unavailable);
    config.routes.exception(Exception.class, Answers::unforeseen);

    get(config, "/healthz", Routes::alive, Gate.Role.PUBLIC);
    get(config, "/readyz", this::ready, Gate.Role.PUBLIC);
    get(config, "/style.css", style::answer, Gate.Role.PUBLIC);
    get(config, "/icon.svg", icon::answer, Gate.Role.PUBLIC);
    config.routes.post("/sign-in", this::signIn, Gate.Role.PUBLIC);
    config.routes.post("/sign-out", this::signOut, Gate.Role.PUBLIC);
    get(config, "/", this::page);
    get(config, "/init.sql", this::initSql);
    get(config, "/schema.json", context -> files.drawn().json().answer(context));
    get(config, "/schema.svg", this::diagram);
    get(config, "/metrics", this::metrics);
    get(config, "/api/v1/migrations", this::migrations);
  }

  /** HEAD as well: Javalin would answer it without asking for a key. */
  private static void get(JavalinConfig config, String path, Handler handler, Gate.Role... roles) {
    config.routes.get(path, handler, roles);
    config.routes.head(path, handler, roles);
  }

  private static void alive(Context context) {
    context.contentType("text/plain").result("ok\n");
  }

  /** Says little, since it says it to everybody. */
  private void ready(Context context) {
    String reason;
    try {
      reason = watch.state().isMigrated() ? "" : "migrations are pending or need a look";
    } catch (GatewayDbException e) {
      reason = "the database does not answer";
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("ready", reason.isEmpty());
    if (!reason.isEmpty()) {
      node.put("reason", reason);
      context.status(503);
    }
    Answers.json(context, node);
  }

  private void initSql(Context context) {
    Representation file = files.initSql();
    file.answer(context);
    newestSha256.set(file.sha256());
    String by = Gate.key(context).map(ApiKey::name).orElse("somebody");
    if (context.req().getMethod().equals("GET")) {
      lastSync.set(new LastSync(Instant.now(), file.sha256(), by));
    }
  }

  private void diagram(Context context) {
    files.drawn().diagram().answer(context);
    // Opened by itself, it needs the style inside it.
    context.header(
        "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  }

  private void metrics(Context context) {
    try {
      var measuring = watch.measure();
      watch.state();
      DatabaseWatch.await(measuring, DatabaseWatch.PATIENCE);
    } catch (GatewayDbException e) {
      // One of the metrics says so.
    }
    context.contentType("text/plain; version=0.0.4; charset=utf-8").result(metrics.scrape());
  }

  private void migrations(Context context) {
    Answers.json(context, MigrationsJson.of(watch.state().migrations()));
  }

  private void page(Context context) {
    // Both at once, each by its own connection.
    var measuring = watch.measure();
    Optional<DatabaseState> state;
    try {
      state = Optional.of(watch.state());
    } catch (GatewayDbException e) {
      state = watch.known();
    }
    PageModel model =
        new PageModel(
            database.settings().displayUrl(),
            version,
            Instant.now(),
            gate.isOpen(),
            watch.failure(),
            state,
            watch.failure().isEmpty() ? watch.health(measuring) : watch.measured(),
            state
                .map(known -> PageModel.Drift.of(files.drift(known.schema())))
                .orElse(PageModel.Drift.UNKNOWN),
            Optional.ofNullable(lastSync.get()),
            Optional.ofNullable(newestSha256.get()));
    render(context, "page.jte", Map.of("page", model, "style", style.sha256()));
  }

  private void signIn(Context context) {
    @Nullable String key = context.formParam("key");
    gate.signIn(context, key == null ? "" : key);
    context.status(303).header("Location", "./");
  }

  private void signOut(Context context) {
    gate.signOut(context);
    context.status(303).header("Location", "./");
  }

  /** People get a form where they want to see the page. */
  private void refused(HttpResponseException e, Context context) {
    Answers.refused(e, context);
    if (e.getStatus() == 405) {
      context.header("Allow", context.path().startsWith("/sign-") ? "POST" : "GET, HEAD");
    }
    boolean forPeople = context.path().equals("/") || context.path().equals("/sign-in");
    @Nullable String accept = context.header("Accept");
    if (!forPeople || accept == null || !accept.contains("text/html")) {
      return;
    }
    // Whoever comes for the first time has done nothing wrong.
    boolean first = context.path().equals("/") && context.cookie(Gate.COOKIE) == null;
    render(
        context,
        "signin.jte",
        Map.of(
            "message",
            first && e.getStatus() == 401 ? "" : String.valueOf(e.getMessage()),
            "mayTry",
            e.getStatus() != 421,
            "style",
            style.sha256()));
  }

  private void render(Context context, String template, Map<String, Object> parameters) {
    StringOutput output = new StringOutput();
    templates.render(template, parameters, output);
    context.contentType("text/html; charset=utf-8").result(output.toString());
  }

  private static Representation resource(String name, String contentType) {
    try (@Nullable InputStream in = Routes.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return new Representation(contentType, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
