package dev.gatewaydb.migrator.connect;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The same settings for PostgreSQL's own programs, which read libpq's variables. */
final class ClientVariables {
  private ClientVariables() {}

  /**
   * Names to values, <b>the password included</b>.
   *
   * @throws ConfigurationException for a key's password, for which libpq has no variable
   */
  static Map<String, String> of(DatabaseSettings settings) {
    if (settings.parameter(Parameter.SSLPASSWORD).isPresent()) {
      throw new ConfigurationException(
          "sslpassword can't be given to PostgreSQL's own programs but where every process reads it",
          "Name a key without a password, in a file that only you can read.");
    }
    Map<String, String> variables = new TreeMap<>();
    variables.put("PGHOST", joined(settings, HostPort::host));
    variables.put("PGPORT", joined(settings, host -> "" + host.port()));
    variables.put("PGDATABASE", settings.database());
    variables.put("PGUSER", settings.user());
    settings.password().ifPresent(secret -> variables.put("PGPASSWORD", secret.reveal()));
    variables.put("PGSSLMODE", settings.sslMode());
    variables.put("PGCONNECT_TIMEOUT", "" + DriverProperties.connectTimeoutSeconds(settings));
    variables.put(
        "PGAPPNAME", settings.parameter(Parameter.FALLBACK_APPLICATION_NAME).orElse("gwdb"));
    for (Parameter parameter : Parameter.values()) {
      // The encoding is the dump's business: what isn't UTF-8 must not be converted.
      if (!parameter.variable().isEmpty() && parameter != Parameter.CLIENT_ENCODING) {
        settings.parameter(parameter).ifPresent(v -> variables.put(parameter.variable(), v));
      }
    }
    return variables;
  }

  private static String joined(DatabaseSettings settings, Function<HostPort, String> part) {
    return settings.hosts().stream().map(part).collect(Collectors.joining(","));
  }
}
