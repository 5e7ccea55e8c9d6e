package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command as a process of its own. Closing it kills it if it still runs. */
final class GwdbProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final List<String> FAST_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

  private final Process process;
  private final Path out;
  private final Path err;

  private GwdbProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static GwdbProcess start(Project project, String... args) {
    return start(project, List.of(), args);
  }

  static GwdbProcess start(Project project, List<String> jvmFlags, String... args) {
    List<String> command = new ArrayList<>(command(jvmFlags));
    command.addAll(List.of(args));
    try {
      Path out = Files.createTempFile("gwdb-test", ".out");
      Path err = Files.createTempFile("gwdb-test", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(project.directory().toFile())
              .redirectInput(new File("/dev/null"))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().clear();
      builder.environment().put("PATH", System.getenv("PATH"));
      builder.environment().putAll(project.environment());
      return new GwdbProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command line up to where gwdb's own arguments begin. */
  static List<String> command(List<String> jvmFlags) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FAST_START);
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Gwdb.class.getName()));
    return command;
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Waits for a text on stdout or stderr. */
  GwdbProcess awaitText(String text) {
    await("\"" + text + "\"")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () -> {
              assertThat(read(out) + read(err)).contains(text);
            });
    return this;
  }

  /** Its stdout so far. */
  String out() {
    return read(out);
  }

  /** {@code kill -name pid}. */
  GwdbProcess signal(String name) {
    kill(name, process.pid());
    return this;
  }

  static void kill(String name, long pid) {
    try {
      new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end. */
  Result result() {
    try {
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended)
          .as("the process ends; stdout:%n%s%nstderr:%n%s", read(out), read(err))
          .isTrue();
      return new Result(process.exitValue(), read(out), read(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      Files.delete(out);
      Files.delete(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
