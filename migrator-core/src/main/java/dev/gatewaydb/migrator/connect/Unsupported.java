package dev.gatewaydb.migrator.connect;

import java.util.Map;
import java.util.Optional;

/**
 * What libpq knows and the Java driver doesn't. Refused rather than ignored: most of these are
 * asked for because something depends on them.
 */
final class Unsupported {
  private static final String NO_TCP_TUNING = "; set it in the operating system instead";
  private static final String TLS_VERSION =
      "; restrict TLS versions by jdk.tls.client.protocols in the JVM instead";

  /**
   * Parameter to what to do instead; the text goes on after "is not supported by the Java driver".
   */
  private static final Map<String, String> PARAMETERS =
      Map.ofEntries(
          Map.entry("hostaddr", "; give the address as the host"),
          Map.entry("service", "; write its settings into DATABASE_URL"),
          Map.entry("servicefile", "; write its settings into DATABASE_URL"),
          Map.entry("keepalives_idle", NO_TCP_TUNING),
          Map.entry("keepalives_interval", NO_TCP_TUNING),
          Map.entry("keepalives_count", NO_TCP_TUNING),
          Map.entry("tcp_user_timeout", NO_TCP_TUNING),
          Map.entry("replication", "; leave it out: replication connections run no migrations"),
          Map.entry("requiressl", "; write sslmode=require"),
          Map.entry("sslcompression", "; leave it out: connections are never compressed"),
          Map.entry("sslkeylogfile", "; leave it out"),
          Map.entry("sslcertmode", "; leave out sslcert and sslkey to send no certificate"),
          Map.entry("sslcrl", "; leave it out"),
          Map.entry("sslcrldir", "; leave it out"),
          Map.entry("sslsni", "; leave it out: the server name is always sent"),
          Map.entry("requirepeer", "; leave it out: it is for Unix sockets"),
          Map.entry("ssl_min_protocol_version", TLS_VERSION),
          Map.entry("ssl_max_protocol_version", TLS_VERSION),
          Map.entry("min_protocol_version", "; leave it out: protocol 3.0 is used"),
          Map.entry("max_protocol_version", "; leave it out: protocol 3.0 is used"),
          Map.entry("gssdelegation", "; leave it out"),
          Map.entry("scram_client_key", "; give the password"),
          Map.entry("scram_server_key", "; give the password"),
          Map.entry("oauth_issuer", "; use another way to log in"),
          Map.entry("oauth_client_id", "; use another way to log in"),
          Map.entry("oauth_client_secret", "; use another way to log in"),
          Map.entry("oauth_scope", "; use another way to log in"));

  /**
   * The security settings and the like; variables of no consequence (PGTZ, PGGEQO, …) are not here.
   */
  private static final Map<String, String> VARIABLES =
      Map.of(
          "PGREQUIRESSL", "requiressl",
          "PGSSLCERTMODE", "sslcertmode",
          "PGSSLCRL", "sslcrl",
          "PGSSLCRLDIR", "sslcrldir",
          "PGREQUIREPEER", "requirepeer",
          "PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version",
          "PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version");

  private Unsupported() {}

  static Optional<String> parameter(String key) {
    return Optional.ofNullable(PARAMETERS.get(key)).map(fix -> sentence(key, fix));
  }

  /**
   * @param addressGiven whether a URL says where to connect, so that the variables that would name
   *     another place don't count
   */
  static void variables(Environment env, boolean addressGiven, Faults faults) {
    VARIABLES.keySet().stream()
        .sorted()
        .filter(variable -> env.get(variable).isPresent())
        .forEach(variable -> report(variable, VARIABLES.getOrDefault(variable, ""), faults));
    if (!addressGiven) {
      env.get("PGSERVICE").ifPresent(v -> report("PGSERVICE", "service", faults));
      env.get("PGHOSTADDR").ifPresent(v -> report("PGHOSTADDR", "hostaddr", faults));
    }
  }

  private static void report(String variable, String key, Faults faults) {
    faults.add(sentence(variable, PARAMETERS.getOrDefault(key, "")));
  }

  private static String sentence(String name, String fix) {
    return name + " is not supported by the Java driver" + fix;
  }
}
