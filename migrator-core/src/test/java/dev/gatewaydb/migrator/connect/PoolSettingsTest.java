package dev.gatewaydb.migrator.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PoolSettingsTest {
  @Test
  void hasDefaults() {
    assertThat(PoolSettings.fromEnvironment(Map.of()))
        .isEqualTo(new PoolSettings(25, 5, Duration.ofMinutes(30), Duration.ofMinutes(10)));
    assertThat(PoolSettings.fromEnvironment(Map.of("DB_MAX_OPEN_CONNS", "3")).maxIdle())
        .isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "90s,PT90S",
    "1h30m,PT90M",
    "45000ms,PT45S",
    "1.5h,PT90M",
    "PT30M,PT30M",
    "P1D,PT24H",
    "30s,PT30S",
    "8760h,PT8760H",
    "1m500ms,PT60.5S",
    " 30m ,PT30M",
    "60000000us,PT1M"
  })
  void readsDurations(String text, String expected) {
    assertThat(PoolSettings.fromEnvironment(Map.of("DB_CONN_MAX_LIFETIME", text)).maxLifetime())
        .isEqualTo(Duration.parse(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "DB_MAX_OPEN_CONNS,0,whole number from 1",
    "DB_MAX_OPEN_CONNS,-1,whole number",
    "DB_MAX_OPEN_CONNS,many,whole number",
    "DB_MAX_OPEN_CONNS,2.5,whole number",
    "DB_MAX_OPEN_CONNS,99999999999,whole number",
    "DB_MAX_OPEN_CONNS,10001,whole number",
    "DB_MAX_OPEN_CONNS,\u0663,whole number",
    "DB_MAX_IDLE_CONNS,-1,whole number from 0",
    "DB_MAX_IDLE_CONNS,26,is more than DB_MAX_OPEN_CONNS (25)",
    "DB_CONN_MAX_LIFETIME,30,has no unit",
    "DB_CONN_MAX_LIFETIME,0,has no unit",
    "DB_CONN_MAX_LIFETIME,0s,is not from 30s",
    "DB_CONN_MAX_LIFETIME,29s,is not from 30s",
    "DB_CONN_MAX_LIFETIME,-30m,is not from 30s",
    "DB_CONN_MAX_LIFETIME,8761h,is not from 30s",
    "DB_CONN_MAX_LIFETIME,999999999999h,is not a duration",
    "DB_CONN_MAX_LIFETIME,PT-30M,is not from 30s",
    "DB_CONN_MAX_LIFETIME,soon,is not a duration",
    "DB_CONN_MAX_LIFETIME,30 m,is not a duration",
    "DB_CONN_MAX_LIFETIME,30M,is not a duration",
    "DB_CONN_MAX_LIFETIME,1d,is not a duration",
    "DB_CONN_MAX_LIFETIME,P,is not a duration",
    "DB_CONN_MAX_LIFETIME,s,is not a duration",
    "DB_CONN_MAX_IDLE_TIME,9s,is not from 10s",
    "DB_CONN_MAX_IDLE_TIME,9999ms,is not from 10s"
  })
  void refuses(String name, String value, String expected) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> PoolSettings.fromEnvironment(Map.of(name, value)))
        .satisfies(
            thrown ->
                assertThat(thrown.faults())
                    .singleElement()
                    .asString()
                    .startsWith(name)
                    .contains(expected));
  }

  @Test
  void reportsAllAtOnce() {
    Map<String, String> variables =
        Map.of(
            "DB_MAX_OPEN_CONNS",
            "0",
            "DB_MAX_IDLE_CONNS",
            "\u001b[31mx".repeat(1000),
            "DB_CONN_MAX_LIFETIME",
            "1".repeat(1_000_000),
            "DB_CONN_MAX_IDLE_TIME",
            "x\ny");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> PoolSettings.fromEnvironment(variables))
        .satisfies(
            thrown ->
                assertThat(thrown.faults())
                    .hasSize(4)
                    .allMatch(fault -> Text.isPlain(fault) && fault.length() < 400));
  }
}
