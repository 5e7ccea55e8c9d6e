package dev.gatewaydb.migrator.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import org.junit.jupiter.api.Test;

final class ServerVersionTest {
  @Test
  void refusesOldServers() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(new ServerVersion(13, 22)::requireSupported)
        .withMessageContaining("13.22")
        .withMessageContaining("14");
    new ServerVersion(14, 0).requireSupported();
    assertThat(new ServerVersion(18, 6)).hasToString("18.6");
  }
}
