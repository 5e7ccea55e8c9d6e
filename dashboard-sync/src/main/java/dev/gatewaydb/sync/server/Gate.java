package dev.gatewaydb.sync.server;

import dev.gatewaydb.dao.key.ApiKey;
import dev.gatewaydb.dao.key.ApiKeyAuthenticator;
import dev.gatewaydb.dao.key.Authentication;
import dev.gatewaydb.dao.key.Authentication.Denied;
import dev.gatewaydb.dao.key.Authentication.Granted;
import dev.gatewaydb.dao.key.Permission;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HttpResponseException;
import io.javalin.http.SameSite;
import io.javalin.security.RouteRole;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who may see what. */
final class Gate {
  /** What a key needs; {@code admin} grants it, too. */
  static final Permission NEEDED = Permission.of("ops:status:read");

  static final String COOKIE = "gwdb_session";
  private static final String KEY = "key";
  private static final int LOCAL_ONLY = 421;

  /** Marks the routes that ask for no key. */
  enum Role implements RouteRole {
    /** Everybody. */
    PUBLIC
  }

  private final @Nullable ApiKeyAuthenticator authenticator;
  private final String host;
  private final Sessions sessions = new Sessions();

  /**
   * @param authenticator null: open to everybody who comes by a local name
   * @param host where the server listens
   */
  Gate(@Nullable ApiKeyAuthenticator authenticator, String host) {
    this.authenticator = authenticator;
    this.host = host;
  }

  boolean isOpen() {
    return authenticator == null;
  }

  /**
   * A page of any web site can let its own name lead to 127.0.0.1 and then read what is there ("DNS
   * rebinding"). The Host header still has that name.
   */
  void requireLocalName(Context context) {
    if (isOpen() && !isLocal(context.req().getServerName())) {
      throw new HttpResponseException(
          LOCAL_ONLY, "without keys, this server answers to localhost and 127.0.0.1 alone");
    }
  }

  private boolean isLocal(@Nullable String asked) {
    String name = String.valueOf(asked).toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.matches("127(\\.[0-9]{1,3}){3}")
        || name.equals("[::1]")
        || name.equals("::1")
        || name.equals(host.toLowerCase(Locale.ROOT));
  }

  /**
   * Lets a request to anything but a public route pass, or answers it with 401, 403, 429 or 503.
   */
  void admit(Context context) {
    if (authenticator == null || context.routeRoles().contains(Role.PUBLIC)) {
      return;
    }
    Optional<String> session = session(context);
    @Nullable String presented =
        presented(context).or(() -> session.flatMap(sessions::key)).orElse(null);
    switch (authenticator.authenticate(presented, NEEDED)) {
      case Granted granted -> context.attribute(KEY, granted.key());
      case Denied denied -> {
        if (denied.httpStatus() == 401) {
          session.ifPresent(sessions::end);
        }
        throw refusal(denied, presented == null);
      }
    }
  }

  /** Whose request it is; empty without a key. */
  static Optional<ApiKey> key(Context context) {
    return Optional.ofNullable(context.attribute(KEY));
  }

  /**
   * Exchanges a key for a session.
   *
   * @throws HttpResponseException when the key isn't accepted
   */
  void signIn(Context context, String key) {
    requireSameSite(context);
    if (authenticator == null) {
      return;
    }
    Authentication answer = authenticator.authenticate(key.strip(), NEEDED);
    if (answer instanceof Denied denied) {
      throw refusal(denied, key.isBlank());
    }
    session(context).ifPresent(sessions::end);
    context.cookie(cookie(context, sessions.begin(key.strip()), (int) Sessions.LIFE.toSeconds()));
  }

  void signOut(Context context) {
    requireSameSite(context);
    session(context).ifPresent(sessions::end);
    context.cookie(cookie(context, "", 0));
  }

  private static void requireSameSite(Context context) {
    @Nullable String site = context.header("Sec-Fetch-Site");
    // Without TLS, browsers send only the other header.
    if ("cross-site".equals(site) || (site == null && isOfAnother(context))) {
      throw new HttpResponseException(403, "this form was sent by another site");
    }
  }

  private static boolean isOfAnother(Context context) {
    @Nullable String origin = context.header("Origin");
    return origin != null
        && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(context.header("Host"));
  }

  private static Cookie cookie(Context context, String value, int seconds) {
    boolean secure =
        context.req().isSecure() || "https".equals(context.header("X-Forwarded-Proto"));
    return new Cookie(COOKIE, value, "/", seconds, secure, true, null, SameSite.STRICT);
  }

  private static Optional<String> session(Context context) {
    return Optional.ofNullable(context.cookie(COOKIE));
  }

  private static Optional<String> presented(Context context) {
    String authorization = Optional.ofNullable(context.header("Authorization")).orElse("");
    if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return Optional.of(authorization.substring(7).strip());
    }
    return Optional.ofNullable(context.header("X-API-Key")).map(String::strip);
  }

  private static HttpResponseException refusal(Denied denied, boolean nothingPresented) {
    Map<String, String> headers = new HashMap<>();
    if (denied.retryAfter().isPositive()) {
      headers.put("Retry-After", String.valueOf(denied.retryAfter().toSeconds() + 1));
    }
    int status = denied.httpStatus();
    if (status == 401) {
      headers.put("WWW-Authenticate", "Bearer realm=\"gwdb\"");
    } else if (status == 403) {
      headers.put(
          "WWW-Authenticate",
          "Bearer realm=\"gwdb\", error=\"insufficient_scope\", scope=\"%s\"".formatted(NEEDED));
    }
    String message =
        switch (status) {
          case 401 -> nothingPresented ? "an API key is needed" : denied.message();
          case 403 -> "this API key needs the permission " + NEEDED + " or admin";
          case 503 -> "API keys can't be checked: the database does not answer";
          default -> denied.message();
        };
    return new HttpResponseException(status, message, headers);
  }
}
