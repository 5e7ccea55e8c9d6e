package dev.gatewaydb.migrator.connect;

import java.util.Map;
import java.util.Properties;
import org.postgresql.PGProperty;

/** libpq's parameters as the Java driver's properties. */
final class DriverProperties {
  private static final int DEFAULT_CONNECT_TIMEOUT_SECONDS = 10;

  private static final Map<Parameter, PGProperty> SAME =
      Map.ofEntries(
          Map.entry(Parameter.SSLCERT, PGProperty.SSL_CERT),
          Map.entry(Parameter.SSLKEY, PGProperty.SSL_KEY),
          Map.entry(Parameter.SSLPASSWORD, PGProperty.SSL_PASSWORD),
          Map.entry(Parameter.SSLNEGOTIATION, PGProperty.SSL_NEGOTIATION),
          Map.entry(Parameter.CHANNEL_BINDING, PGProperty.CHANNEL_BINDING),
          Map.entry(Parameter.REQUIRE_AUTH, PGProperty.REQUIRE_AUTH),
          Map.entry(Parameter.GSSENCMODE, PGProperty.GSS_ENC_MODE),
          Map.entry(Parameter.GSSLIB, PGProperty.GSS_LIB),
          Map.entry(Parameter.KRBSRVNAME, PGProperty.KERBEROS_SERVER_NAME),
          Map.entry(Parameter.OPTIONS, PGProperty.OPTIONS));

  private static final Map<String, String> TARGETS =
      Map.of(
          "any", "any",
          "read-write", "primary",
          "primary", "primary",
          "read-only", "secondary",
          "standby", "secondary",
          "prefer-standby", "preferSecondary");

  private DriverProperties() {}

  static Properties of(DatabaseSettings settings) {
    Properties properties = new Properties();
    PGProperty.USER.set(properties, settings.user());
    // Never null: the driver would look for a password in the environment and files by itself.
    PGProperty.PASSWORD.set(properties, settings.password().map(Secret::reveal).orElse(""));
    PGProperty.APPLICATION_NAME.set(
        properties,
        settings
            .parameter(Parameter.APPLICATION_NAME)
            .or(() -> settings.parameter(Parameter.FALLBACK_APPLICATION_NAME))
            .orElse("gwdb"));
    // libpq's default is on, the driver's off.
    PGProperty.TCP_KEEP_ALIVE.set(
        properties, settings.parameter(Parameter.KEEPALIVES).filter("0"::equals).isEmpty());
    PGProperty.TARGET_SERVER_TYPE.set(
        properties,
        settings.parameter(Parameter.TARGET_SESSION_ATTRS).map(TARGETS::get).orElse("any"));
    PGProperty.LOAD_BALANCE_HOSTS.set(
        properties,
        settings.parameter(Parameter.LOAD_BALANCE_HOSTS).filter("random"::equals).isPresent());
    SAME.forEach(
        (parameter, property) ->
            settings.parameter(parameter).ifPresent(value -> property.set(properties, value)));
    tls(settings, properties);
    timeouts(settings, properties);
    return properties;
  }

  private static void tls(DatabaseSettings settings, Properties properties) {
    String mode = settings.sslMode();
    if (settings.isSystemTrust()) {
      PGProperty.SSL_FACTORY.set(properties, "org.postgresql.ssl.DefaultJavaSSLFactory");
    } else if (settings.parameter(Parameter.SSLROOTCERT).isPresent()) {
      PGProperty.SSL_ROOT_CERT.set(
          properties, settings.parameter(Parameter.SSLROOTCERT).orElseThrow());
      // libpq verifies against a root certificate that is there; the driver would ignore it.
      mode = mode.equals("require") ? "verify-ca" : mode;
    }
    PGProperty.SSL_MODE.set(properties, mode);
  }

  /**
   * libpq's limit spans the whole attempt on one host, log-in included. The driver's {@code
   * connectTimeout} covers the TCP connection alone, so {@code loginTimeout} bounds the rest.
   */
  private static void timeouts(DatabaseSettings settings, Properties properties) {
    int seconds = connectTimeoutSeconds(settings);
    PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
    PGProperty.LOGIN_TIMEOUT.set(properties, loginTimeoutSeconds(settings));
  }

  static int connectTimeoutSeconds(DatabaseSettings settings) {
    return settings
        .parameter(Parameter.CONNECT_TIMEOUT)
        .map(Parameter::seconds)
        .orElse(DEFAULT_CONNECT_TIMEOUT_SECONDS);
  }

  /** For all hosts; the driver may go through them twice, first for the preferred kind. */
  private static int loginTimeoutSeconds(DatabaseSettings settings) {
    boolean twice =
        settings
            .parameter(Parameter.TARGET_SESSION_ATTRS)
            .filter("prefer-standby"::equals)
            .isPresent();
    long seconds =
        (long) connectTimeoutSeconds(settings) * settings.hosts().size() * (twice ? 2 : 1);
    return (int) Math.min(seconds, Parameter.MAX_CONNECT_TIMEOUT_SECONDS);
  }
}
