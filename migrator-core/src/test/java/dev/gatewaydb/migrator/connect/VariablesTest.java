package dev.gatewaydb.migrator.connect;

import static dev.gatewaydb.migrator.connect.Settings.CANARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VariablesTest {
  @Test
  void saysThatNothingIsSet() {
    for (Map<String, String> variables :
        List.of(Map.<String, String>of(), Map.of("DATABASE_URL", " \n"), Map.of("PGHOST", ""))) {
      ConfigurationException thrown = Settings.faults(variables);
      assertThat(thrown).hasMessage("DATABASE_URL is not set");
      assertThat(thrown.nextStep())
          .contains(
              "export DATABASE_URL=postgres://user:password@host:5432/database",
              ".env",
              "PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE");
    }
  }

  @Test
  void readsLibpqVariables() {
    Map<String, String> variables =
        Map.ofEntries(
            Map.entry("PGHOST", "h1,h2"),
            Map.entry("PGPORT", "1,2"),
            Map.entry("PGUSER", "u"),
            Map.entry("PGPASSWORD", "p@:/ é"),
            Map.entry("PGDATABASE", "d"),
            Map.entry("PGSSLMODE", "verify-full"),
            Map.entry("PGSSLROOTCERT", "system"),
            Map.entry("PGAPPNAME", "a b"),
            Map.entry("PGOPTIONS", "-c x=y"),
            Map.entry("PGCONNECT_TIMEOUT", "3"),
            Map.entry("PGTARGETSESSIONATTRS", "read-write"));
    assertThat(Settings.read(variables).database().uri())
        .isEqualTo(
            "postgres://u:p%40%3A%2F%20%C3%A9@h1:1,h2:2/d?sslmode=verify-full&sslrootcert=system"
                + "&target_session_attrs=read-write&connect_timeout=3&options=-c%20x%3Dy"
                + "&application_name=a%20b");
    assertThat(Settings.read(Map.of("PGUSER", "u")).database().uri())
        .isEqualTo("postgres://u@localhost:5432/u");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PGHOST        | /var/run/postgresql       | Unix socket
          PGHOST        | postgres://u:CANARY@h/d   | PGHOST is neither a host name
          PGDATABASE    | postgres://u:CANARY@h/d   | PGDATABASE holds a URL
          PGPORT        | 0                         | PGPORT is not a number from 1 to 65535
          PGPORT        | 1,2                       | PGPORT has 2 entries, the hosts have 1
          PGSSLMODE     | on                        | PGSSLMODE "on" is unknown
          PGCONNECT_TIMEOUT | ten                   | PGCONNECT_TIMEOUT "ten" is not a number
          PGSERVICE     | x                         | PGSERVICE is not supported
          PGHOSTADDR    | 1.2.3.4                   | PGHOSTADDR is not supported
          PGSSLCRL      | x                         | PGSSLCRL is not supported
          PGPASSFILE    | no-such-file              | is not a file
          PGCLIENTENCODING | SQL_ASCII              | UTF8 only
          """)
  void refusesOneVariable(String name, String value, String expected) {
    var variables = new HashMap<>(Map.of("PGUSER", "u", "PGHOST", "h"));
    variables.put(name, value.replace("CANARY", CANARY));
    assertThat(Settings.faults(variables).faults()).singleElement().asString().contains(expected);
  }

  @Test
  void reportsEveryVariable() {
    Map<String, String> variables =
        Map.of("PGHOST", "/tmp", "PGPORT", "1,2", "PGSERVICE", "x", "PGSSLMODE", "on");
    assertThat(Settings.faults(variables).faults()).hasSize(4);
  }

  @Test
  void refusesUndecodablePasswords() {
    for (String bad : List.of("a\ufffdb", "a\u0000b")) {
      assertThat(Settings.faults(Map.of("PGUSER", "u", "PGPASSWORD", bad + CANARY)))
          .hasMessageContaining("PGPASSWORD");
    }
  }

  @Test
  void reportsDatabaseAndPoolTogetherAfterEarlierFaults() {
    Map<String, String> variables =
        Map.of("PGHOST", "h", "PGPORT", "x", "PGSSLMODE", "x", "DB_MAX_OPEN_CONNS", "0");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ConnectionSettings.from(variables, List.of(".env can't be read")))
        .satisfies(
            thrown ->
                assertThat(thrown.faults())
                    .hasSize(4)
                    .startsWith(".env can't be read")
                    .anyMatch(fault -> fault.contains("DB_MAX_OPEN_CONNS")));
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () -> ConnectionSettings.from(Map.of("DB_MAX_OPEN_CONNS", "x"), List.of(".env: bad")))
        .satisfies(
            thrown -> {
              assertThat(thrown.faults()).hasSize(3).contains("DATABASE_URL is not set");
              assertThat(thrown.nextStep()).contains("three ways");
            });
  }

  @Test
  void refusesEarlierFaultsAlone() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () -> ConnectionSettings.from(Map.of("DATABASE_URL", "postgres://h"), List.of("bad")))
        .withMessage("bad");
  }

  @Test
  void namesTheSourceOfAUri() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> DatabaseSettings.fromUri("--scratch", "x://" + CANARY, Map.of()))
        .withMessageStartingWith("--scratch is malformed")
        .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain(CANARY));
  }

  @Test
  void needsAUser() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () ->
                ConnectionSettings.read(
                    new Environment(Map.of("PGHOST", "h"), "?", Path.of("none")), List.of()))
        .withMessageContaining("PGUSER");
  }
}
