package dev.gatewaydb.migrator.scratch;

import dev.gatewaydb.migrator.error.FailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Starts PostgreSQL's programs, which refuse to run as root, in a way that they accept. */
final class Tool {
  private static final int TIMEOUT_SECONDS = 60;

  /** Found out at the first use, so that a refusal reaches the caller as what it is. */
  private static volatile @Nullable List<String> prefix;

  private Tool() {}

  static ProcessBuilder command(Path program, List<String> arguments) {
    List<String> command = new ArrayList<>(knownPrefix());
    command.add(program.toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC");
    return builder;
  }

  /** Runs it to its end; its output becomes part of the error when it fails. */
  static void run(Path program, List<String> arguments) throws IOException {
    ProcessBuilder builder = command(program, arguments).redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (waitFor(process) != 0) {
      throw new FailedException(
          "%s failed with exit code %d:\n%s"
              .formatted(program.getFileName(), process.exitValue(), output.strip()),
          "",
          null);
    }
  }

  /** Signals with the shell's own kill: Java knows only TERM and KILL, PostgreSQL wants others. */
  static void signal(String name, long pid) throws IOException {
    Process kill =
        new ProcessBuilder("sh", "-c", "kill -" + name + " \"$1\" 2>/dev/null", "sh", "" + pid)
            .start();
    waitFor(kill);
  }

  private static int waitFor(Process process) {
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new FailedException(
            "%s is not done after %d s"
                .formatted(process.info().command().orElse("a program"), TIMEOUT_SECONDS),
            "",
            null);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      throw new FailedException("interrupted", "", e);
    }
  }

  private static List<String> knownPrefix() {
    List<String> known = prefix;
    if (known == null) {
      known = findPrefix();
      prefix = known;
    }
    return known;
  }

  private static List<String> findPrefix() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return List.of();
    }
    // In a user namespace without a mapping, root looks like nobody, to initdb as well.
    List<String> unshare = List.of("unshare", "-U");
    List<String> trial = new ArrayList<>(unshare);
    trial.add("true");
    try {
      Process process = new ProcessBuilder(trial).redirectErrorStream(true).start();
      process.getOutputStream().close();
      process.getInputStream().readAllBytes();
      if (waitFor(process) == 0) {
        return unshare;
      }
    } catch (IOException notInstalled) {
      // The message below says it.
    }
    throw new FailedException(
        "PostgreSQL refuses to run as root, and user namespaces are not allowed here",
        "Run as an ordinary user, or name a server with --scratch or DATABASE_URL.",
        null);
  }
}
