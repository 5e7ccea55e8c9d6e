package dev.gatewaydb.migrator.connect;

import static dev.gatewaydb.migrator.connect.Settings.CANARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.gatewaydb.migrator.error.UnreachableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.spec.InvalidKeySpecException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ConnectFailureTest {
  private static final DatabaseSettings SETTINGS =
      Settings.url("postgres://u:" + CANARY + "@h:1/d");

  private static UnreachableException open(DatabaseSettings settings) {
    UnreachableException thrown =
        catchThrowableOfType(
            UnreachableException.class, () -> OneConnectionDataSource.open(settings).close());
    assertThat(thrown).hasMessageStartingWith("Failed to connect to database \"d\" at ");
    assertClean(thrown);
    return thrown;
  }

  private static void assertClean(UnreachableException thrown) {
    assertThat(thrown.nextStep()).isNotEmpty().doesNotContain(CANARY);
    assertThat(Text.isPlain(String.valueOf(thrown.getMessage()))).isTrue();
    for (Throwable link = thrown; link != null; link = link.getCause()) {
      assertThat(String.valueOf(link)).doesNotContain(CANARY);
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void namesARefusedPort() throws IOException {
    int port = closedPort();
    DatabaseSettings settings =
        Settings.url("postgres://u:" + CANARY + "@127.0.0.1:" + port + "/d");
    assertThat(open(settings))
        .hasMessage(
            "Failed to connect to database \"d\" at 127.0.0.1:%d as user \"u\": connection refused",
            port);
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> PoolSettings.DEFAULT.dataSource(settings).close())
        .withMessageContaining("connection refused");
  }

  @Test
  void namesAllHosts() throws IOException {
    int port = closedPort();
    assertThat(open(Settings.url("postgres://127.0.0.1:" + port + ",127.0.0.1:" + port + "/d")))
        .hasMessageContaining("all hosts were tried");
  }

  @Test
  void namesAnUnknownHost() {
    assertThat(open(Settings.url("postgres://no-such-host.invalid/d")))
        .hasMessageEndingWith("unknown host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"disable", "prefer", "require"})
  void givesUpOnASilentServer(String sslMode) throws IOException {
    try (Answering server = new Answering(null)) {
      long start = System.nanoTime();
      assertThat(open(server.settings("connect_timeout=1&sslmode=" + sslMode)))
          .hasMessageContaining("timed out");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
        "R\u00ff\u00ff\u00ff\u00ff",
        "E\u0000\u0000\u0000\u0001",
        "E\u0000\u0000\u0000\u001fCxxxxx\u0000M\u001b[31mc4n4ry-Pa55\u0000\u0000",
        "N",
        "S",
        "Sgarbage",
        ""
      })
  void survivesGarbage(String answer) throws IOException {
    for (String sslMode : new String[] {"disable", "prefer", "require"}) {
      try (Answering server = new Answering(answer)) {
        open(server.settings("connect_timeout=2&sslmode=" + sslMode));
      }
    }
  }

  @Test
  void withholdsAPasswordThatAServerEchoes() throws IOException {
    String fields = "SFATAL\0C99999\0Mgot " + CANARY + "\0\0";
    String length = "\0\0\0" + (char) (fields.length() + 4);
    try (Answering server = new Answering("E" + length + fields)) {
      assertThat(open(server.settings("sslmode=disable"))).hasMessageContaining("got ***");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "28P01,password authentication failed,false",
    "28000,does not let this user in,false",
    "3D000,does not exist,false",
    "42501,may not connect,false",
    "53300,too many connections,true",
    "57P03,starting up,true",
    "99999,the connection attempt failed,true"
  })
  void explainsStates(String state, String expected, boolean mayPass) {
    SQLException failure = new SQLException("said", state);
    SQLException pooled = new SQLTransientConnectionException("pool", null, 0, failure);
    for (SQLException each : new SQLException[] {failure, pooled}) {
      UnreachableException thrown = ConnectFailure.of(each, SETTINGS);
      assertThat(thrown).hasMessageContaining(expected).hasCause(each);
      assertThat(ConnectFailure.mayPass(each)).isEqualTo(mayPass);
      assertClean(thrown);
    }
    assertThat(ConnectFailure.of(failure))
        .hasMessageStartingWith("Failed to connect to database: ");
  }

  @Test
  void noticesAMissingPassword() {
    SQLException failure = new SQLException("said", "28P01");
    assertThat(ConnectFailure.of(failure, SETTINGS.withLogin("u", Optional.empty())))
        .hasMessageContaining("none is set");
  }

  @Test
  void tellsAnExhaustedPool() {
    SQLException failure =
        new SQLTransientConnectionException(
            "pool - Connection is not available (total=5, active=5, idle=0, waiting=1)");
    assertThat(ConnectFailure.of(failure, SETTINGS))
        .hasMessageContaining("became free")
        .hasMessageContaining("active=5");
  }

  @Test
  void tellsUnreadableKeys() {
    for (Exception cause :
        new Exception[] {new InvalidKeySpecException("x"), new IOException("extra data")}) {
      assertThat(ConnectFailure.of(new SQLException("said", "08006", cause), SETTINGS))
          .hasMessageContaining("the client certificate's key can't be read");
    }
  }

  @Test
  void survivesCircularCauses() {
    SQLException failure = new SQLException("a");
    failure.initCause(new SQLException("b", failure));
    assertThat(ConnectFailure.of(failure, SETTINGS)).hasMessageContaining("attempt failed");
  }

  @Test
  void configuresHikari() {
    PoolSettings limits = new PoolSettings(3, 3, Duration.ofMinutes(5), Duration.ofMinutes(10));
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(
            () -> {
              try (HikariDataSource pool =
                  limits.dataSource(Settings.url("postgres://127.0.0.1:" + closedPort() + "/d"))) {
                pool.getConnection().close();
              }
            });
  }

  /** Gives every connection the same answer and closes it, or says nothing. */
  private static final class Answering implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    Answering(@Nullable String answer) throws IOException {
      Thread.ofVirtual().start(() -> serve(answer));
    }

    DatabaseSettings settings(String parameters) {
      String address = "127.0.0.1:" + socket.getLocalPort();
      return Settings.url("postgres://u:" + CANARY + "@" + address + "/d?" + parameters);
    }

    private void serve(@Nullable String answer) {
      try {
        while (!socket.isClosed()) {
          Socket accepted = socket.accept();
          if (answer != null) {
            accepted.getInputStream().read();
            accepted.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            accepted.close();
          }
        }
      } catch (IOException e) {
        // Closed: the test is over.
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
