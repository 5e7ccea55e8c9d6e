package dev.gatewaydb.migrator.scratch;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A developer's own PostgreSQL server, on localhost: its data stays, every commit is durable, and
 * it outlives the JVM that started it until {@link #stop}.
 */
public final class LocalServer {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);
  private static final String UNFINISHED = "data.new-";
  private static final int PORTS_TRIED = 50;
  private static final int POLL_MILLIS = 10;

  private final Path home;
  private final Path data;
  private final Path passwordFile;

  /**
   * @param home a folder for the server alone; made when absent
   */
  public LocalServer(Path home) {
    this.home = home.toAbsolutePath().normalize();
    this.data = this.home.resolve("data");
    this.passwordFile = this.home.resolve("superuser-password");
  }

  /** The server's log file. */
  public Path log() {
    return home.resolve("log");
  }

  /** Its process, when it runs. */
  public Optional<ProcessHandle> process() {
    try {
      return PostmasterFile.process(data);
    } catch (IOException e) {
      throw FolderFailure.ofServer(home, e);
    }
  }

  /** Whether it runs and accepts connections. */
  public boolean isReady() {
    try {
      return process().isPresent()
          && PostmasterFile.read(data).map(PostmasterFile::ready).orElse(false);
    } catch (IOException e) {
      throw FolderFailure.ofServer(home, e);
    }
  }

  /** How to reach the running server as its superuser. */
  public DatabaseSettings superuser() {
    try {
      int port = PostmasterFile.read(data).map(PostmasterFile::port).orElse(0);
      return DatabaseSettings.fromEnvironment(
          Map.of(
              "DATABASE_URL",
              "postgresql://%s:%s@localhost:%d/postgres"
                  .formatted(DataDirectory.SUPERUSER, Files.readString(passwordFile), port)));
    } catch (IOException e) {
      throw FolderFailure.ofServer(home, e);
    }
  }

  /** The port of the running server; 0 when it doesn't run. */
  public int port() {
    try {
      return PostmasterFile.read(data).map(PostmasterFile::port).orElse(0);
    } catch (IOException e) {
      throw FolderFailure.ofServer(home, e);
    }
  }

  /** The port on which it was started last; empty when it never was. */
  public Optional<Integer> lastPort() {
    try {
      return PostmasterFile.lastPort(data);
    } catch (IOException e) {
      throw FolderFailure.ofServer(home, e);
    }
  }

  /**
   * Starts it, on the first free port from the wanted one upwards; does nothing when it runs. One
   * call at a time per home: whoever can't know that nobody else starts it holds a lock around.
   *
   * @param cache a folder of the user's that keeps the server's programs
   * @param wantedPort 1 to 65535
   * @throws RefusedException when the data was written by another major version
   * @throws FailedException when it doesn't start
   * @throws dev.gatewaydb.migrator.error.ConfigurationException when a folder can't be written
   */
  public void start(Path cache, int wantedPort) {
    if (isReady()) {
      return;
    }
    PostgresBinaries binaries = PostgresBinaries.unpackedIn(cache);
    try {
      Trees.createPrivate(home);
      if (!Files.exists(data)) {
        initialise(binaries);
      }
      requireSameMajor(binaries);
      forgetCrashedServer();
      long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
      for (int port = wantedPort; port < Math.min(wantedPort + PORTS_TRIED, 65536); port++) {
        if (isFree(port) && startOn(binaries, port, deadline)) {
          return;
        }
      }
      throw new FailedException(
          "no free port from %d to %d".formatted(wantedPort, wantedPort + PORTS_TRIED - 1),
          "Name one with --port.",
          null);
    } catch (IOException e) {
      throw FolderFailure.ofServer(home, e);
    }
  }

  /** The data appears under its name when it is whole, so that a kill leaves nothing half made. */
  private void initialise(PostgresBinaries binaries) throws IOException {
    deleteUnfinished();
    Path partial = home.resolve(UNFINISHED + UUID.randomUUID());
    String password = DataDirectory.initialise(binaries, partial, List.of());
    Files.deleteIfExists(passwordFile);
    Path secret = Files.createTempFile(home, "superuser", ".new");
    Files.writeString(secret, password);
    Files.move(secret, passwordFile, StandardCopyOption.ATOMIC_MOVE);
    Files.move(partial, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private void deleteUnfinished() throws IOException {
    try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(home, UNFINISHED + "*")) {
      for (Path folder : unfinished) {
        try {
          Trees.delete(folder);
        } catch (IOException e) {
          // An initdb that outlived its killed parent still writes there; a later start deletes it.
        }
      }
    }
  }

  private void requireSameMajor(PostgresBinaries binaries) throws IOException {
    String made = Files.readString(data.resolve("PG_VERSION")).strip();
    if (!made.equals(Integer.toString(binaries.major()))) {
      throw new RefusedException(
          "the data in %s was written by PostgreSQL %s, and this is %d"
              .formatted(data, made, binaries.major()),
          "Start anew with --fresh (the data is lost), or run a build with PostgreSQL "
              + made
              + ".",
          null);
    }
  }

  /** Returns false when the port was taken meanwhile. */
  private boolean startOn(PostgresBinaries binaries, int port, long deadline) throws IOException {
    while (true) {
      launch(binaries, port);
      while (!isReady() && System.nanoTime() < deadline && !hasFailed()) {
        pause();
      }
      if (isReady()) {
        return true;
      }
      String text = Files.exists(log()) ? Files.readString(log()) : "";
      if (text.contains("could not create any TCP/IP sockets")) {
        return false;
      }
      // The last processes of a server that was killed are about to notice it: try again.
      if (!text.contains("pre-existing shared memory block") || System.nanoTime() > deadline) {
        throw new FailedException(
            "PostgreSQL did not start:\n" + text.strip(), "The whole log is " + log() + ".", null);
      }
      pause();
    }
  }

  private void launch(PostgresBinaries binaries, int port) throws IOException {
    Files.deleteIfExists(log());
    String options =
        "-p %d -c listen_addresses=localhost -c unix_socket_directories=".formatted(port);
    Tool.run(
        binaries.program("pg_ctl"),
        List.of("-D", data.toString(), "-l", log().toString(), "-W", "-s", "-o", options, "start"));
  }

  /** FATAL alone says little: a client that came too early gets it as well. */
  private boolean hasFailed() throws IOException {
    return process().isEmpty()
        && Files.exists(log())
        && Files.readString(log()).contains("FATAL:")
        && process().isEmpty();
  }

  /** PostgreSQL takes any process with the old server's pid for that server, and won't start. */
  private void forgetCrashedServer() throws IOException {
    if (process().isEmpty()) {
      boolean reused =
          PostmasterFile.read(data).flatMap(file -> ProcessHandle.of(file.pid())).isPresent();
      if (reused) {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted while waiting for PostgreSQL", "", e);
    }
  }

  /** On every address that localhost has: a client may try any of them first. */
  private static boolean isFree(int port) throws UnknownHostException {
    for (InetAddress address : InetAddress.getAllByName("localhost")) {
      if (canBind(address, 0) && !canBind(address, port)) {
        return false;
      }
    }
    return true;
  }

  private static boolean canBind(InetAddress address, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, port));
      return true;
    } catch (IOException takenOrNoSuchAddress) {
      return false;
    }
  }

  /**
   * Stops it if it runs: open transactions are rolled back, clients disconnected, data made safe.
   *
   * @return false when it wasn't running
   * @throws FailedException when it still runs after a minute
   */
  public boolean stop() {
    Optional<ProcessHandle> running = process();
    if (running.isEmpty()) {
      return false;
    }
    try {
      Tool.signal("INT", running.get().pid());
    } catch (IOException e) {
      throw FolderFailure.ofServer(home, e);
    }
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    while (PostmasterFile.isServer(running.get())) {
      if (System.nanoTime() > deadline) {
        throw new FailedException(
            "PostgreSQL, pid %d, still runs after %d s"
                .formatted(running.get().pid(), STOP_TIMEOUT.toSeconds()),
            "Look into " + log() + ".",
            null);
      }
      pause();
    }
    return true;
  }

  /**
   * Returns when the server runs no longer, whoever stopped it.
   *
   * @throws FailedException when the thread is interrupted
   */
  public void awaitStop() {
    Optional<ProcessHandle> running = process();
    while (running.isPresent() && PostmasterFile.isServer(running.get())) {
      pause();
    }
  }

  /** Stops it and deletes everything. */
  public void delete() {
    stop();
    try {
      Trees.delete(home);
    } catch (IOException e) {
      throw FolderFailure.ofServer(home, e);
    }
  }
}
