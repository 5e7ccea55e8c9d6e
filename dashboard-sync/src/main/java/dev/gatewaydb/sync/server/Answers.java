package dev.gatewaydb.sync.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.error.GatewayDbException;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What all answers have in common: headers, the request's id, and how errors look. */
final class Answers {
  /** Where the request's id is for the log's pattern. */
  static final String REQUEST = "request";

  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern NOT_PRINTABLE = Pattern.compile("[^\\x21-\\x7e]");
  private static final int LONGEST_PATH = 200;

  private Answers() {}

  /** Comes before everything else. */
  static void begin(Context context) {
    @Nullable String given = context.header("X-Request-Id");
    String id =
        given != null && ID.matcher(given).matches()
            ? given
            : UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    context.attribute(REQUEST, id);
    MDC.put(REQUEST, id);
    context
        .header("X-Request-Id", id)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("Cache-Control", "no-store")
        .header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
                + " base-uri 'none'; frame-ancestors 'none'");
  }

  static String requestId(Context context) {
    @Nullable String id = context.attribute(REQUEST);
    return id == null ? "" : id;
  }

  /** An error as JSON: what was wrong, what to do, and what to look for in the log. */
  static void error(Context context, int status, String message, String nextStep) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("status", status).put("error", message);
    if (!nextStep.isEmpty()) {
      node.put("nextStep", nextStep);
    }
    node.put("requestId", requestId(context));
    json(context.status(status), node);
  }

  static void refused(HttpResponseException e, Context context) {
    e.getDetails()
        .forEach(
            (name, value) -> {
              if (name.equals("Retry-After") || name.equals("WWW-Authenticate")) {
                context.header(name, value);
              }
            });
    String message =
        switch (e.getStatus()) {
          case 404 -> "nothing is here";
          case 405 -> "this can't be done here";
          default -> String.valueOf(e.getMessage());
        };
    error(context, e.getStatus(), message, "");
  }

  /** What is asked for can't be had at the moment. */
  static void unavailable(GatewayDbException e, Context context) {
    LOG.warn("{}", e.getMessage());
    error(context.header("Retry-After", "5"), 503, String.valueOf(e.getMessage()), e.nextStep());
  }

  static void unforeseen(Exception e, Context context) {
    LOG.error("this was not foreseen", e);
    error(context, 500, "this was not foreseen", "The server's log has it under the request's id.");
  }

  static void json(Context context, ObjectNode node) {
    context.contentType("application/json").result(node.toPrettyString() + "\n");
  }

  /** A line for each request, without its query and without any key. */
  static void log(Context context, float millis) {
    String path = NOT_PRINTABLE.matcher(context.req().getRequestURI()).replaceAll("?");
    LOG.info(
        "{} {} {} {} ms{}",
        context.req().getMethod(),
        path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "…" : path,
        context.statusCode(),
        Math.round(millis),
        Gate.key(context).map(key -> " key " + key.id()).orElse(""));
    MDC.remove(REQUEST);
  }

  static long nanos(float millis) {
    return (long) (millis * TimeUnit.MILLISECONDS.toNanos(1));
  }
}
