package dev.gatewaydb.migrator.scratch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.testing.Sql;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A developer's server: one for all tests here, which stop and harm it. */
final class LocalServerTest {
  @TempDir private static Path temp;
  private static Path home;
  private static LocalServer server;

  @BeforeAll
  static void make() {
    home = temp.resolve("a b").resolve("postgres");
    server = new LocalServer(home);
    assertThat(server.process()).isEmpty();
    assertThat(server.stop()).isFalse();
  }

  @BeforeEach
  void start() throws Exception {
    server.start(Caches.shared(), freePort());
    Sql.execute(server.superuser().dataSource(), "CREATE TABLE IF NOT EXISTS kept ()");
  }

  @AfterAll
  static void delete() {
    server.delete();
    assertThat(home).doesNotExist();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void assertDataIsThere() throws SQLException {
    assertThat(server.isReady()).isTrue();
    assertThat(Sql.rows(server.superuser().dataSource(), "SELECT to_regclass('kept')"))
        .containsExactly("kept");
  }

  @Test
  void keepsItsDataWhenStopped() throws Exception {
    ProcessHandle process = server.process().orElseThrow();
    try (Connection connected = server.superuser().dataSource().getConnection()) {
      assertThat(server.stop()).isTrue();
      assertThat(connected.isValid(5)).isFalse();
    }
    assertThat(PostmasterFile.isServer(process)).isFalse();
    assertThat(server.isReady()).isFalse();
    assertThat(server.port()).isZero();
    assertThat(server.stop()).isFalse();

    server.start(Caches.shared(), freePort());
    assertDataIsThere();
  }

  @Test
  void aSecondStartDoesNothing() throws Exception {
    long pid = server.process().orElseThrow().pid();
    server.start(Caches.shared(), freePort());

    assertThat(server.process().orElseThrow().pid()).isEqualTo(pid);
    assertThat(new LocalServer(home).isReady()).isTrue();
  }

  @Test
  void recoversFromAKillWhileClientsKnock() throws Exception {
    int port = server.port();
    var settings = server.superuser();
    AtomicBoolean done = new AtomicBoolean();
    Thread clients =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    try (Connection connection = settings.dataSource().getConnection()) {
                      Sql.execute(connection, "CREATE TABLE IF NOT EXISTS busy ()");
                    } catch (SQLException notYet) {
                      Thread.onSpinWait();
                    }
                  }
                });
    try {
      ProcessHandle process = server.process().orElseThrow();
      process.destroyForcibly();
      process.onExit().join();
      server.start(Caches.shared(), port);
      assertDataIsThere();
    } finally {
      done.set(true);
      clients.join();
    }
  }

  @Test
  void takesTheNextPortWhenTheWantedOneIsTaken() throws Exception {
    server.stop();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
      server.start(Caches.shared(), taken.getLocalPort());

      assertThat(server.port())
          .isGreaterThan(taken.getLocalPort())
          .isLessThan(taken.getLocalPort() + 50);
      assertDataIsThere();
    }
  }

  @Test
  void itsOldPidMayBeSomebodyElsesByNow() throws Exception {
    Path pidFile = home.resolve("data").resolve("postmaster.pid");
    List<String> lines = Files.readAllLines(pidFile);
    server.stop();
    lines.set(0, Long.toString(ProcessHandle.current().pid()));
    Files.write(pidFile, lines);
    assertThat(server.process()).isEmpty();
    assertThat(server.isReady()).isFalse();
    assertThat(server.stop()).isFalse();

    server.start(Caches.shared(), freePort());
    assertDataIsThere();
  }

  @Test
  void anotherServersPidIsNotItsOwn() throws Exception {
    Path pidFile = home.resolve("data").resolve("postmaster.pid");
    List<String> lines = Files.readAllLines(pidFile);
    server.stop();
    try (ScratchServer other = ScratchServer.embedded(Caches.shared());
        ScratchDatabase db = other.create()) {
      Path data = Path.of(Sql.rows(db, "SHOW data_directory").getFirst());
      lines.set(0, Long.toString(PostmasterFile.read(data).orElseThrow().pid()));
      Files.write(pidFile, lines);
      assertThat(server.stop()).isFalse();
      server.start(Caches.shared(), freePort());

      assertDataIsThere();
      assertThat(Sql.rows(db, "SELECT 1")).hasSize(1);
    }
  }

  @Test
  void refusesDataOfAnotherMajorVersion() throws Exception {
    server.stop();
    Path version = home.resolve("data").resolve("PG_VERSION");
    String made = Files.readString(version);
    Files.writeString(version, "9.6\n");
    try {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> server.start(Caches.shared(), freePort()))
          .withMessageContaining("written by PostgreSQL 9.6")
          .satisfies(thrown -> assertThat(thrown.nextStep()).contains("--fresh", "9.6"));
    } finally {
      Files.writeString(version, made);
    }
  }

  @Test
  void namesAFolderThatCannotBeMade() throws IOException {
    Path file = Files.createTempFile(temp, "file", "");

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> new LocalServer(file.resolve("home")).start(Caches.shared(), freePort()))
        .withMessageContaining(file.toString());
  }
}
