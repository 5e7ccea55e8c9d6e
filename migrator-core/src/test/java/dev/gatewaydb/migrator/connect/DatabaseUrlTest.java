package dev.gatewaydb.migrator.connect;

import static dev.gatewaydb.migrator.connect.Settings.CANARY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatabaseUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          postgres://u:p@h:1/d                       | h:1            | d       | u       | p
          postgresql://u:p@h/d                       | h:5432         | d       | u       | p
          postgres://                                | localhost:5432 | osuser  | osuser  | -
          postgres:///                               | localhost:5432 | osuser  | osuser  | -
          postgres:///d                              | localhost:5432 | d       | osuser  | -
          postgres://h                               | h:5432         | osuser  | osuser  | -
          postgres://u@h                             | h:5432         | u       | u       | -
          postgres://u@:6000/d                       | localhost:6000 | d       | u       | -
          postgres://u:@h/d                          | h:5432         | d       | u       | -
          postgres://:p@h/d                          | h:5432         | d       | osuser  | p
          postgres://@h/d?                           | h:5432         | d       | osuser  | -
          postgres://h1:1,h2,h3:3/d                  | h1:1,h2:5432,h3:3 | d    | osuser  | -
          postgres://[::1]/d                         | [::1]:5432     | d       | osuser  | -
          postgres://[fe80::1%25eth0]:7/d            | [fe80::1%eth0]:7 | d     | osuser  | -
          postgres://[::1]:1,127.0.0.1:2/d           | [::1]:1,127.0.0.1:2 | d  | osuser  | -
          postgres://u:a:b%3ac@h/d                   | h:5432         | d       | u       | a:b:c
          postgres://u:a?b#c@h/d                     | h:5432         | d       | u       | a?b#c
          postgres://u:+%2B@h/d                      | h:5432         | d       | u       | ++
          postgres://%C3%A9:%40%3A%2F%25@h/a%2Fb     | h:5432         | a/b     | é       | @:/%
          postgres://u%3A%40:p@h/d%20e               | h:5432         | d e     | u:@     | p
          postgres:///d?host=h1,h2&port=1,2          | h1:1,h2:2      | d       | osuser  | -
          postgres:///?dbname=d&host=h1,h2&port=7    | h1:7,h2:7      | d       | osuser  | -
          postgres://x:y@a:1/b?user=u&password=p&host=h&port=2&dbname=d | h:2 | d | u     | p
          postgres://u:p@h/d?password=q%26r&         | h:5432         | d       | u       | q&r
          postgres://my_db.internal-1.:5432/d        | my_db.internal-1.:5432 | d | osuser | -
          """)
  void readsWhatLibpqReads(
      String url, String hosts, String database, String user, String password) {
    DatabaseSettings settings = Settings.url(url);

    assertThat(settings.jdbcUrl()).startsWith("jdbc:postgresql://" + hosts + "/");
    assertThat(settings.database()).isEqualTo(database);
    assertThat(settings.user()).isEqualTo(user);
    assertThat(settings.password().map(Secret::reveal).orElse(null)).isEqualTo(password);
    assertThat(Settings.url(settings.uri())).isEqualTo(settings);
    assertThat(Settings.url(settings.uri()).uri()).isEqualTo(settings.uri());
  }

  @Test
  void ignoresWhitespaceAround() {
    assertThat(Settings.url(" postgres://u@h/d\r\n").database()).isEqualTo("d");
  }

  @Test
  void fillsInFromVariables() {
    Map<String, String> variables =
        Map.of(
            "DATABASE_URL", "postgres://h1,h2",
            "PGPORT", "6000",
            "PGUSER", "u",
            "PGDATABASE", "d",
            "PGPASSWORD", " p ",
            "PGSSLMODE", "require",
            "PGHOST", "ignored",
            "PGSERVICE", "ignored");
    assertThat(Settings.read(variables).database().uri())
        .isEqualTo("postgres://u:%20p%20@h1:6000,h2:6000/d?sslmode=require");
  }

  @Test
  void prefersTheUrlToVariables() {
    Map<String, String> variables =
        Map.of(
            "DATABASE_URL", "postgres://u:p@h:1/d?sslmode=verify-full",
            "PGPORT", "2",
            "PGUSER", "x",
            "PGDATABASE", "x",
            "PGPASSWORD", "x",
            "PGSSLMODE", "disable",
            "PGHOST", "x");
    assertThat(Settings.read(variables).database().uri())
        .isEqualTo("postgres://u:p@h:1/d?sslmode=verify-full");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:postgresql://h/d?user=u&password=CANARY   | JDBC URL
          mysql://u:CANARY@h/d                           | does not start with postgres://
          u:CANARY@h/d                                   | does not start with postgres://
          POSTGRES://u:CANARY@h/d                        | lower case
          postgres:/u:CANARY@h/d                         | must start with postgres://
          "postgres://u:CANARY@h/d"                      | quotation mark
          host=h user=u password=CANARY                  | key=value
          host = h password=CANARY                       | key=value
          postgres://u:CANARY@x@h/d                      | unescaped "@"
          postgres://u:CANARY/x@h/d                      | unescaped "@"
          postgres://u:1/CANARY@h/d                      | unescaped "@"
          postgres://u:1/2?CANARY@h/d                    | unescaped "@"
          postgres://u:1/2?sslmode=CANARY@h/d            | unescaped "@"
          postgres://u:CANARY                            | port is not a number
          postgres://u:CANARY/d                          | port is not a number
          postgres://u:CANARY%zz@h/d                     | the password has a "%"
          postgres://u:CANARY%@h/d                       | the password has a "%"
          postgres://u:CANARY%4@h/d                      | the password has a "%"
          postgres://u:CANARY%00@h/d                     | the password has a NUL
          postgres://u:CANARY%FF@h/d                     | the password is not UTF-8
          postgres://u%zz:CANARY@h/d                     | the user has a "%"
          postgres://u:CANARY@h%zz/d                     | the host has a "%"
          postgres://u:CANARY@h/d%zz                     | the database has a "%"
          postgres://u:CANARY@h/d?a%zz=b                 | parameter 1 after the "?" has a "%"
          postgres://u:CANARY@h/d?sslmode=%zz            | the value of parameter 1 after the "?" has
          postgres://u:CANARY@h/d%0Ae                    | control or unreadable
          postgres://u%1B:CANARY@h/d                     | control or unreadable
          postgres://u:CANARY@h/d?application_name=%0A   | control or unreadable
          postgres://u:CANARY@h/d e                      | is a space
          postgres://u:CANARYé@h/d                       | not ASCII
          postgres://u:CANARY@%C3%A9/d                   | xn--
          postgres://u:CANARY@h:0/d                      | from 1 to 65535
          postgres://u:CANARY@h:70000/d                  | from 1 to 65535
          postgres://u:CANARY@h:-1/d                     | from 1 to 65535
          postgres://u:CANARY@h:99999999999/d            | from 1 to 65535
          postgres://u:CANARY@h:port/d                   | from 1 to 65535
          postgres://u:CANARY@h:1,i:0/d                  | port 2 is not a number
          postgres://u:CANARY@h,/d                       | host 2 of the list is empty
          postgres://u:CANARY@,h/d                       | host 1 of the list is empty
          postgres://u:CANARY@/d?host=a,,b               | host 2 is empty
          postgres://u:CANARY@/d?host=a,b,c&port=1,2     | port has 2 entries, the hosts have 3
          postgres://u:CANARY@::1/d                      | write IPv6 addresses as
          postgres://u:CANARY@h:1:2/d                    | write IPv6 addresses as
          postgres://u:CANARY@[::1/d                     | without its "]"
          postgres://u:CANARY@[::1]x/d                   | without its "]"
          postgres://u:CANARY@[]/d                       | no IPv6 address
          postgres://u:CANARY@[h]/d                      | no IPv6 address
          postgres://u:CANARY@h%20i/d                    | neither a host name
          postgres://u:CANARY@h!/d                       | neither a host name
          postgres://u:CANARY@%2Fvar%2Frun/d             | Unix socket
          postgres://u:CANARY@%40abstract/d              | Unix socket
          postgres://u:CANARY@/d?host=/var/run           | Unix socket
          postgres://u:CANARY@/var/run/d                 | Unix socket
          postgres://u:CANARY@h/d/e                      | unescaped "/"
          postgres://u:CANARY@h/d?sslmode                | not of the form name=value
          postgres://u:CANARY@h/d?=require               | not of the form name=value
          postgres://u:CANARY@h/d?options=-c%20a=b       | not of the form name=value
          postgres://u:CANARY@h/d?&sslmode=require       | not of the form name=value
          postgres://u:CANARY@h/d?port=1&port=2          | a second time
          postgres://u:CANARY@h/d?sslmod=require         | did you mean sslmode?
          postgres://u:CANARY@h/d?SSLMODE=require        | "SSLMODE" is unknown
          postgres://u:CANARY@h/d?currentSchema=x        | "currentSchema" is unknown
          postgres://h/d?password=x&CANARY=y             | the parameter is unknown
          postgres://h/d?password=x&sslmode=CANARY       | sslmode is unknown
          postgres://u:CANARY@h/d?sslmode=verfy-full     | "verfy-full" is unknown (did you mean verify-full?)
          postgres://u:CANARY@h/d?sslmode=REQUIRE        | is unknown
          postgres://u:CANARY@h/d?hostaddr=1.2.3.4       | hostaddr is not supported
          postgres://u:CANARY@h/d?service=x              | service is not supported
          postgres://u:CANARY@h/d?tcp_user_timeout=5     | tcp_user_timeout is not supported
          postgres://u:CANARY@h/d?keepalives_idle=5      | keepalives_idle is not supported
          postgres://u:CANARY@h/d?sslcrl=/x              | sslcrl is not supported
          postgres://u:CANARY@h/d?connect_timeout=5s     | number of seconds
          postgres://u:CANARY@h/d?connect_timeout=-1     | number of seconds
          postgres://u:CANARY@h/d?connect_timeout=999999 | number of seconds
          postgres://u:CANARY@h/d?client_encoding=LATIN1 | UTF8 only
          postgres://u:CANARY@h/d?target_session_attrs=master | is unknown
          postgres://u:CANARY@h/d?load_balance_hosts=1   | is unknown
          postgres://u:CANARY@h/d?require_auth=oauth     | is not a list
          postgres://u:CANARY@h/d?require_auth=md5,!gss  | is not a list
          postgres://u:CANARY@h/d?sslrootcert=/no/such   | is not a file
          postgres://u:CANARY@h/d?sslcert=%2F            | is not a file
          postgres://u:CANARY@h/d?sslkey=a%01b           | control or unreadable
          postgres://u:CANARY@h/d?sslrootcert=system&sslmode=require | too weak
          postgres://u:CANARY@h/d?sslnegotiation=direct  | too weak
          postgres://u@h/d?passfile=/no/such             | is not a file
          """,
      quoteCharacter = '`')
  void refusesTheRest(String url, String expected) {
    var thrown = Settings.faults(Map.of("DATABASE_URL", url.replace("CANARY", CANARY)));
    assertThat(thrown.faults()).singleElement().asString().contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\u0000", "\u0007", "\u001b[31m", "\t", "\n", "\u007f", "\u202e", "\ufffd"})
  void refusesControlCharacters(String character) {
    String url = "postgres://u:" + CANARY + character + "@h/d";
    assertThat(Settings.faults(Map.of("DATABASE_URL", url)).faults()).hasSize(1);
  }

  @Test
  void refusesHugeUrls() {
    String url = "postgres://u:" + CANARY.repeat(100_000) + "@h/d";
    assertThat(Settings.faults(Map.of("DATABASE_URL", url)).getMessage()).contains("longer than");
  }

  @Test
  void reportsEveryFaultOfOneUrl() {
    String url = "postgres://u%zz:" + CANARY + "%zz@h/d?sslmode=%zz&x";
    assertThat(Settings.faults(Map.of("DATABASE_URL", url)).faults()).hasSize(4);
    url = "postgres://u:" + CANARY + "@h:0/d?sslmode=no&foo=1&connect_timeout=x";
    assertThat(Settings.faults(Map.of("DATABASE_URL", url)).faults()).hasSize(4);
    assertThat(
            Settings.faults(Map.of("DATABASE_URL", "x", "PGSSLMODE", "y", "PGSSLCRL", "z"))
                .faults())
        .hasSize(3);
  }

  @Test
  void showsNoPassword() {
    DatabaseSettings settings =
        Settings.url("postgres://u:" + CANARY + "@h/d?sslpassword=" + CANARY + "&sslmode=require");
    assertThat(settings.displayUrl())
        .isEqualTo("postgres://u:***@h:5432/d?sslmode=require&sslpassword=***");
    assertThat(settings.uri()).contains(":" + CANARY + "@", "sslpassword=" + CANARY);
    assertThat(settings + settings.jdbcUrl() + settings.dataSource() + settings.subject())
        .doesNotContain(CANARY);
    assertThat(Secret.of(CANARY)).hasToString("***");
  }

  @Test
  void mapsParametersToTheDriver() {
    Properties properties =
        Settings.url(
                "postgres://u:p@a,b/d?sslmode=require&options=-c%20x%3Dy&connect_timeout=3"
                    + "&target_session_attrs=prefer-standby&load_balance_hosts=random&keepalives=0"
                    + "&channel_binding=require&fallback_application_name=f&client_encoding=utf8"
                    + "&sslnegotiation=direct&gssencmode=disable&require_auth=!password,!none")
            .jdbcProperties();
    assertThat(properties)
        .containsAllEntriesOf(
            Map.ofEntries(
                Map.entry("user", "u"),
                Map.entry("password", "p"),
                Map.entry("ApplicationName", "f"),
                Map.entry("sslmode", "require"),
                Map.entry("sslNegotiation", "direct"),
                Map.entry("options", "-c x=y"),
                Map.entry("connectTimeout", "3"),
                Map.entry("loginTimeout", "12"),
                Map.entry("targetServerType", "preferSecondary"),
                Map.entry("loadBalanceHosts", "true"),
                Map.entry("tcpKeepAlive", "false"),
                Map.entry("channelBinding", "require"),
                Map.entry("gssEncMode", "disable"),
                Map.entry("requireAuth", "!password,!none")));
    assertThat(Settings.url("postgres://h").jdbcProperties())
        .containsEntry("ApplicationName", "gwdb")
        .containsEntry("sslmode", "prefer")
        .containsEntry("tcpKeepAlive", "true")
        .containsEntry("password", "");
    assertThat(Settings.url("postgres://h?sslrootcert=system").jdbcProperties())
        .containsEntry("sslmode", "verify-full")
        .containsEntry("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
    assertThat(Settings.url("postgres://h?ssl=true").sslMode()).isEqualTo("require");
  }

  @Test
  void changesDatabaseAndLogin() {
    DatabaseSettings settings = Settings.url("postgres://u:p@h/d?sslmode=require");
    assertThat(settings.withDatabase("a/b").uri())
        .isEqualTo("postgres://u:p@h:5432/a%2Fb?sslmode=require");
    assertThat(settings.withLogin("v", Optional.empty()).uri())
        .isEqualTo("postgres://v@h:5432/d?sslmode=require");
  }

  /** Whatever is done to a URL, it is read or refused, and a refusal doesn't show the password. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void survivesMutations(long seed) {
    Random random = new Random(seed);
    String alphabet = "@:/?#%&=,[]+. \\\"'\u0000\n\u00e9\ud83d\udc18zZ019-_~";
    for (int round = 0; round < 4_000; round++) {
      StringBuilder url =
          new StringBuilder(
              "postgresql://us%40er:"
                  + CANARY
                  + "@h1:5432,[::1]:1/d%20b?sslmode=require&options=-c");
      for (int change = random.nextInt(6); change >= 0; change--) {
        int at = random.nextInt(url.length());
        switch (random.nextInt(3)) {
          case 0 -> url.deleteCharAt(at);
          case 1 -> url.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
          default -> url.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
        }
      }
      readOrRefuse(url.toString());
    }
  }

  private static void readOrRefuse(String url) {
    DatabaseSettings settings;
    try {
      settings = Settings.url(url);
    } catch (ConfigurationException e) {
      assertThat(e.getMessage() + e.nextStep()).as(url).doesNotContain(CANARY);
      assertThat(e.faults()).allMatch(Text::isPlain);
      return;
    }
    assertThat(Settings.url(settings.uri())).as(url).isEqualTo(settings);
    assertThat(Text.isPlain(settings.displayUrl() + settings.subject())).as(url).isTrue();
  }
}
