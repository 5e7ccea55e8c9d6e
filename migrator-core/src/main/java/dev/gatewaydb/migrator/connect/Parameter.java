package dev.gatewaydb.migrator.connect;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * libpq's connection parameters that the Java driver can honour, apart from the address and login.
 */
enum Parameter {
  SSLMODE("PGSSLMODE", "disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
  SSLROOTCERT("PGSSLROOTCERT"),
  SSLCERT("PGSSLCERT"),
  SSLKEY("PGSSLKEY"),
  SSLPASSWORD(""),
  SSLNEGOTIATION("PGSSLNEGOTIATION", "postgres", "direct"),
  TARGET_SESSION_ATTRS(
      "PGTARGETSESSIONATTRS",
      "any",
      "read-write",
      "read-only",
      "primary",
      "standby",
      "prefer-standby"),
  LOAD_BALANCE_HOSTS("PGLOADBALANCEHOSTS", "disable", "random"),
  CONNECT_TIMEOUT("PGCONNECT_TIMEOUT"),
  KEEPALIVES("", "0", "1"),
  CHANNEL_BINDING("PGCHANNELBINDING", "disable", "prefer", "require"),
  REQUIRE_AUTH("PGREQUIREAUTH"),
  GSSENCMODE("PGGSSENCMODE", "disable", "prefer", "require"),
  GSSLIB("PGGSSLIB", "gssapi", "sspi"),
  KRBSRVNAME("PGKRBSRVNAME"),
  CLIENT_ENCODING("PGCLIENTENCODING"),
  OPTIONS("PGOPTIONS"),
  APPLICATION_NAME("PGAPPNAME"),
  FALLBACK_APPLICATION_NAME("");

  /** A day: the driver counts in milliseconds, in 32 bits. */
  static final int MAX_CONNECT_TIMEOUT_SECONDS = 86_400;

  private static final Set<String> UTF8_NAMES = Set.of("UTF8", "UTF-8", "UNICODE");
  private static final Pattern AUTH_METHODS =
      Pattern.compile(
          "(password|md5|gss|sspi|scram-sha-256|none)(,(password|md5|gss|sspi|scram-sha-256|none))*"
              + "|!(password|md5|gss|sspi|scram-sha-256|none)(,!(password|md5|gss|sspi|scram-sha-256|none))*");

  private final String variable;

  /** Separated by spaces; empty when anything goes that {@link #faultOf} accepts. */
  private final String choices;

  Parameter(String variable, String... choices) {
    this.variable = variable;
    this.choices = String.join(" ", choices);
  }

  /** libpq's name for it, as in a URI. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** libpq's environment variable; empty when there is none. */
  String variable() {
    return variable;
  }

  static Optional<Parameter> of(String key) {
    for (Parameter parameter : values()) {
      if (parameter.key().equals(key)) {
        return Optional.of(parameter);
      }
    }
    return Optional.empty();
  }

  /** What is wrong with a value, to follow the parameter's name and the value; empty if nothing. */
  Optional<String> faultOf(String value) {
    if (this != SSLPASSWORD && !Text.isPlain(value)) {
      return Optional.of("holds control or unreadable characters");
    }
    if (!choices.isEmpty()) {
      return choices().contains(value) ? Optional.empty() : Optional.of(unknown(value));
    }
    return switch (this) {
      case SSLROOTCERT -> value.equals("system") ? Optional.empty() : fileFault(value);
      case SSLCERT, SSLKEY -> fileFault(value);
      case SSLPASSWORD ->
          fault(value.isEmpty() || value.indexOf('\0') >= 0, "is empty or holds a NUL");
      case CONNECT_TIMEOUT ->
          fault(
              seconds(value) < 0,
              "is not a number of seconds from 0 (no limit) to " + MAX_CONNECT_TIMEOUT_SECONDS);
      case CLIENT_ENCODING ->
          fault(
              !UTF8_NAMES.contains(value.toUpperCase(Locale.ROOT)),
              "can't be used: the Java driver speaks UTF8 only; leave it out or write UTF8");
      case REQUIRE_AUTH ->
          fault(
              !AUTH_METHODS.matcher(value).matches(),
              "is not a list of password, md5, gss, sspi, scram-sha-256, none, or of these with a \"!\""
                  + " before each");
      default -> Optional.empty();
    };
  }

  private List<String> choices() {
    return List.of(choices.split(" ", -1));
  }

  private String unknown(String value) {
    return "is unknown"
        + Text.nearest(value, choices()).map(near -> " (did you mean " + near + "?)").orElse("")
        + "; one of: "
        + String.join(", ", choices());
  }

  private static Optional<String> fault(boolean bad, String text) {
    return bad ? Optional.of(text) : Optional.empty();
  }

  private static Optional<String> fileFault(String value) {
    try {
      Path file = Path.of(value);
      return fault(
          !Files.isRegularFile(file) || !Files.isReadable(file), "is not a file that can be read");
    } catch (InvalidPathException e) {
      return Optional.of("is not a file name");
    }
  }

  /** The value of {@link #CONNECT_TIMEOUT}, or -1 when it is not one. */
  static int seconds(String value) {
    if (!value.matches("[0-9]{1,6}")) {
      return -1;
    }
    int seconds = Integer.parseInt(value);
    return seconds <= MAX_CONNECT_TIMEOUT_SECONDS ? seconds : -1;
  }
}
