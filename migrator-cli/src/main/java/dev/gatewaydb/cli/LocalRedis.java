package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.FailedException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A Redis server beside local-dev's PostgreSQL, when the machine has one. */
final class LocalRedis {
  private static final int DEFAULT_PORT = 6379;
  private static final int PORTS_TRIED = 50;
  private static final int WAIT_SECONDS = 10;
  private static final int POLL_MILLIS = 10;

  private final Context context;
  private final Path home;

  LocalRedis(Context context, Path home) {
    this.context = context;
    this.home = home;
  }

  /** Starts it or finds it running; says how to get it when it is not installed. */
  Optional<String> start() {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      context
          .console()
          .warning(
              "redis-server is not on the PATH; install it with 'apt-get install redis-server' or"
                  + " 'brew install redis', then start again with --redis");
      return Optional.empty();
    }
    try {
      if (process().isEmpty()) {
        launch(program.get());
      }
      return Optional.of("redis://localhost:" + Files.readString(portFile()).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("can't start Redis in " + home, e);
    }
  }

  private void launch(Path program) throws IOException {
    Files.createDirectories(home);
    Files.deleteIfExists(pidFile());
    int port = freePort();
    Files.writeString(portFile(), Integer.toString(port));
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                home.toString(),
                "--daemonize",
                "yes",
                "--pidfile",
                pidFile().toString(),
                "--logfile",
                home.resolve("log").toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("output").toFile())
            .start();
    await(process.toHandle());
    if (!process.isAlive() && process.exitValue() != 0) {
      throw failed("exit code " + process.exitValue());
    }
    awaitReady(port);
  }

  private void awaitReady(int port) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (process().isEmpty() || isFree(port)) {
      if (System.nanoTime() > deadline) {
        throw failed("not ready after %d s".formatted(WAIT_SECONDS));
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FailedException("interrupted while Redis starts", "", e);
      }
    }
  }

  private FailedException failed(String cause) {
    return new FailedException(
        "Redis did not start: " + cause,
        "Look into %s and %s.".formatted(home.resolve("output"), home.resolve("log")),
        null);
  }

  /** Stops it if it runs; its data is saved first. */
  void stop() {
    try {
      Optional<ProcessHandle> running = process();
      if (running.isPresent()) {
        running.get().destroy();
        await(running.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't stop Redis in " + home, e);
    }
  }

  void delete() throws IOException {
    stop();
    if (Files.exists(home)) {
      SourceTrees.delete(home);
    }
  }

  private static void await(ProcessHandle process) {
    try {
      process.onExit().get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException stillThere) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<ProcessHandle> process() throws IOException {
    if (!Files.exists(pidFile())) {
      return Optional.empty();
    }
    String pid = Files.readString(pidFile()).strip();
    if (!pid.matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    // The pid of a server that was killed may by now be somebody else's.
    return ProcessHandle.of(Long.parseLong(pid))
        .filter(p -> p.info().commandLine().map(c -> c.contains("redis")).orElse(false));
  }

  private Path pidFile() {
    return home.resolve("pid");
  }

  private Path portFile() {
    return home.resolve("port");
  }

  private Optional<Path> program() {
    String path = context.surroundings().environment().getOrDefault("PATH", "");
    List<String> folders = Arrays.asList(path.split(File.pathSeparator, -1));
    return folders.stream()
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "redis-server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static int freePort() throws IOException {
    for (int port = DEFAULT_PORT; port < DEFAULT_PORT + PORTS_TRIED; port++) {
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("no free port from " + DEFAULT_PORT + " upwards");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
