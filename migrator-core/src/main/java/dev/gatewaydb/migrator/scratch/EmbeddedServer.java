package dev.gatewaydb.migrator.scratch;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.FailedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A throw-away PostgreSQL server on loopback. It forgets everything when closed, writes nothing
 * durably, and goes with its JVM: a shutdown hook closes it, and what a killed JVM leaves behind is
 * removed when the next server starts.
 */
final class EmbeddedServer implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final int PORT_TRIES = 5;

  private final Path home;
  private final Closeable ownership;
  private final Process postmaster;
  private final DatabaseSettings superuser;
  private final String copyStrategy;
  private final Thread hook = new Thread(this::stop, "gwdb-scratch-server-stop");

  private EmbeddedServer(
      Path home,
      Closeable ownership,
      Process postmaster,
      DatabaseSettings superuser,
      String copyStrategy) {
    this.home = home;
    this.ownership = ownership;
    this.postmaster = postmaster;
    this.superuser = superuser;
    this.copyStrategy = copyStrategy;
  }

  /**
   * @param cache keeps unpacked programs and the initialised template between runs
   */
  static EmbeddedServer start(Path cache) {
    PostgresBinaries binaries = PostgresBinaries.unpackedIn(cache);
    try {
      Path servers = Trees.createPrivate(cache.resolve("scratch"));
      Claim claim =
          FileLocks.exclusively(
              cache.resolve("scratch.lock"),
              () -> {
                LeftOvers.remove(servers);
                return Claim.in(servers);
              });
      try {
        return start(binaries, cache, claim);
      } catch (IOException | RuntimeException e) {
        discard(claim, e);
        throw e;
      }
    } catch (IOException e) {
      throw FolderFailure.ofCache(cache, e);
    }
  }

  /** A server's home, and the lock that says that its owner lives. */
  private record Claim(Path home, Closeable ownership) {
    static Claim in(Path servers) throws IOException {
      Path home = Trees.createPrivate(servers.resolve(UUID.randomUUID().toString()));
      Closeable ownership =
          FileLocks.tryLock(home, LeftOvers.OWNER_FILE)
              .orElseThrow(() -> new IllegalStateException("a new lock file is locked"));
      return new Claim(home, ownership);
    }
  }

  private static EmbeddedServer start(PostgresBinaries binaries, Path cache, Claim claim)
      throws IOException {
    Path home = claim.home();
    Path data = home.resolve("data");
    String password = DataDirectory.fromTemplate(binaries, cache, data);
    for (int attempt = 1; ; attempt++) {
      int port = freePort();
      Process postmaster = launch(binaries, home, data, port);
      if (becomesReady(postmaster, data)) {
        // Twice as fast as writing the copy to the log, where checkpoints don't sync.
        String strategy = binaries.major() >= 15 ? "STRATEGY file_copy" : "";
        EmbeddedServer server =
            new EmbeddedServer(
                home, claim.ownership(), postmaster, settings(port, password), strategy);
        Runtime.getRuntime().addShutdownHook(server.hook);
        return server;
      }
      String log = Files.readString(home.resolve("log"));
      if (attempt == PORT_TRIES || !log.contains("Address already in use")) {
        throw new FailedException("embedded PostgreSQL did not start:\n" + log.strip(), "", null);
      }
    }
  }

  private static void discard(Claim claim, Exception cause) {
    try {
      LeftOvers.stopAndDelete(claim.home(), PostmasterFile.process(claim.home().resolve("data")));
      claim.ownership().close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  DatabaseSettings superuser() {
    return superuser;
  }

  /** The clause for CREATE DATABASE; empty where the server has no choice. */
  String copyStrategy() {
    return copyStrategy;
  }

  private static Process launch(PostgresBinaries binaries, Path home, Path data, int port)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-D", data.toString(), "-p", "" + port, "-F"));
    List<String> settings =
        new ArrayList<>(
            List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "shared_buffers=32MB",
                "full_page_writes=off",
                "synchronous_commit=off",
                "wal_level=minimal",
                "max_wal_senders=0",
                "max_connections=200",
                "jit=off"));
    if (binaries.major() >= 18) {
      settings.add("io_method=sync");
    }
    settings.forEach(setting -> arguments.addAll(List.of("-c", setting)));
    return Tool.command(binaries.program("postgres"), arguments)
        .redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(home.resolve("log").toFile())
        .start();
  }

  /** The last line of postmaster.pid says it; false when the process ended instead. */
  private static boolean becomesReady(Process postmaster, Path data) throws IOException {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (postmaster.isAlive()) {
      if (PostmasterFile.read(data).map(PostmasterFile::ready).orElse(false)) {
        return true;
      }
      if (System.nanoTime() > deadline) {
        postmaster.destroyForcibly();
        throw new FailedException(
            "embedded PostgreSQL is not ready after %d s".formatted(START_TIMEOUT.toSeconds()),
            "Is the disk full or the machine overloaded?",
            null);
      }
      pause();
    }
    return false;
  }

  private static void pause() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted while PostgreSQL starts", "", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static DatabaseSettings settings(int port, String password) {
    return DatabaseSettings.fromEnvironment(
        Map.of(
            "DATABASE_URL",
            "postgresql://%s:%s@127.0.0.1:%d/postgres"
                .formatted(DataDirectory.SUPERUSER, password, port)));
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      return;
    }
    stop();
  }

  private void stop() {
    try {
      LeftOvers.stopAndDelete(home, Optional.of(postmaster.toHandle()));
      ownership.close();
    } catch (IOException e) {
      throw new UncheckedIOException("can't remove the scratch server in " + home, e);
    }
  }
}
