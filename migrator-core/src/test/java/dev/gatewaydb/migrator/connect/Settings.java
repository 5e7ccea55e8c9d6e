package dev.gatewaydb.migrator.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Reads settings without this machine's user and home. */
final class Settings {
  static final String CANARY = "c4n4ry-Pa55";

  private Settings() {}

  static ConnectionSettings read(Map<String, String> variables) {
    return read(variables, Path.of("no-such-home"));
  }

  static ConnectionSettings read(Map<String, String> variables, Path home) {
    return ConnectionSettings.read(new Environment(variables, "osuser", home), List.of());
  }

  static DatabaseSettings url(String url) {
    return read(Map.of("DATABASE_URL", url)).database();
  }

  static ConfigurationException faults(Map<String, String> variables) {
    ConfigurationException thrown =
        catchThrowableOfType(ConfigurationException.class, () -> read(variables));
    assertThat(thrown).as("a fault").isNotNull();
    assertThat(thrown.getMessage() + thrown.nextStep() + thrown).doesNotContain(CANARY);
    assertThat(thrown.faults()).allSatisfy(fault -> assertThat(fault).matches("\\P{Cntrl}{1,500}"));
    return thrown;
  }
}
