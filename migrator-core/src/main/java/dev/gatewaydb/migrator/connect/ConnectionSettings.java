package dev.gatewaydb.migrator.connect;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the environment says about connecting.
 *
 * @param database where, and as whom
 * @param pool how many, and for how long
 */
public record ConnectionSettings(DatabaseSettings database, PoolSettings pool) {
  /**
   * Reads both, and reports the faults of both at once.
   *
   * @param variables the environment as the caller merged it (process over {@code .env}); empty
   *     values count as not set
   * @throws dev.gatewaydb.migrator.error.ConfigurationException with everything that is wrong
   */
  public static ConnectionSettings from(Map<String, String> variables) {
    return from(variables, List.of());
  }

  /**
   * As {@link #from(Map)}, for a caller that already found something wrong.
   *
   * @param variables the environment as the caller merged it
   * @param earlierFaults one line each, reported first; any fault makes this throw
   * @throws dev.gatewaydb.migrator.error.ConfigurationException with everything that is wrong
   */
  public static ConnectionSettings from(Map<String, String> variables, List<String> earlierFaults) {
    return read(Environment.of(variables), earlierFaults);
  }

  static ConnectionSettings read(Environment env, List<String> earlierFaults) {
    Faults faults = new Faults(earlierFaults);
    Optional<DatabaseSettings> database = new SettingsReader(env, faults).fromVariables();
    PoolSettings pool = PoolReader.read(env, faults);
    faults.throwIfAny();
    return new ConnectionSettings(database.orElseThrow(), pool);
  }
}
