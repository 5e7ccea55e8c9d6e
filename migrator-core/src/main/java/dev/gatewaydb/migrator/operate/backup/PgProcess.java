package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.connect.Text;
import dev.gatewaydb.migrator.error.FailedException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One of PostgreSQL's programs at work. It learns where the database is, and the password, from its
 * environment alone, and it ends with us, however we end.
 */
final class PgProcess implements AutoCloseable {
  /**
   * Kills the program as soon as our end of the pipe is closed, as the kernel does when we are
   * killed. The pipe is its standard input, so the program has none.
   */
  private static final String TIED =
      """
      "$@" </dev/null & child=$!
      { read -r line; kill -9 $child; } <&3 >/dev/null 2>&1 & watch=$!
      wait $child; code=$?
      kill $watch 2>/dev/null
      exit $code
      """;

  private static final int KEPT_LINES = 200;
  private static final int SHOWN_LINES = 6;

  private final PgPrograms.Program program;
  private final Optional<Secret> password;
  private final Process process;
  private final Thread reader;
  private final Deque<String> said = new ArrayDeque<>();
  private volatile String doing = "";

  private PgProcess(PgPrograms.Program program, Optional<Secret> password, Process process) {
    this.program = program;
    this.password = password;
    this.process = process;
    this.reader = Thread.ofPlatform().daemon().name("gwdb-" + program.name()).start(this::listen);
  }

  /** Starts it without anything on its standard input or output. */
  static PgProcess start(
      PgPrograms.Program program, DatabaseSettings settings, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "exec 3<&0\n" + TIED, "sh"));
    command.add(program.path().toString());
    command.addAll(arguments);
    return start(program, settings, new ProcessBuilder(command));
  }

  /** Starts it for somebody who writes to {@link #input}; who has to close it. */
  static PgProcess startReading(
      PgPrograms.Program program, DatabaseSettings settings, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(program.path().toString()));
    command.addAll(arguments);
    return start(program, settings, new ProcessBuilder(command));
  }

  private static PgProcess start(
      PgPrograms.Program program, DatabaseSettings settings, ProcessBuilder builder) {
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    builder.environment().putAll(settings.clientVariables());
    builder.redirectOutput(new File("/dev/null"));
    try {
      return new PgProcess(program, settings.password(), builder.start());
    } catch (IOException e) {
      throw new FailedException("%s can't be started".formatted(program.path()), "", e);
    }
  }

  /** A connection string that names the database and leaves the rest to the environment. */
  static String databaseArgument(String name) {
    return "--dbname=dbname='%s'".formatted(name.replace("\\", "\\\\").replace("'", "\\'"));
  }

  OutputStream input() {
    return process.getOutputStream();
  }

  private void listen() {
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        synchronized (said) {
          said.add(line);
          if (said.size() > KEPT_LINES) {
            said.removeFirst();
          }
        }
        doing = line.replaceFirst("^[^:]*: ", "");
      }
    } catch (IOException endedByUs) {
      return;
    }
  }

  /** The last thing that it told; with {@code --verbose} what it does. */
  String doing() {
    return Text.line(doing);
  }

  /** Waits for at most this long; false while it runs. */
  boolean endsWithin(long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted", "", e);
    }
  }

  /** Waits for its end; whether it was a good one. */
  boolean succeeds() {
    while (!endsWithin(Integer.MAX_VALUE)) {
      Thread.onSpinWait();
    }
    awaitReader();
    return process.exitValue() == 0;
  }

  private void awaitReader() {
    try {
      reader.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What it said was wrong, without the password; its exit code where it said nothing. */
  String failure() {
    List<String> all;
    synchronized (said) {
      all = List.copyOf(said);
    }
    List<String> errors = new ArrayList<>();
    boolean taken = false;
    for (String line : all) {
      boolean first =
          line.contains("error: ") || line.contains("ERROR: ") || line.contains("FATAL: ");
      boolean more = taken && !line.startsWith(program.name() + ":");
      taken = first || more || line.contains("detail: ") || line.contains("hint: ");
      if (taken && errors.size() < SHOWN_LINES) {
        errors.add(line.replaceFirst("^%s: (error: )?".formatted(program.name()), ""));
      }
    }
    if (errors.isEmpty() && !all.isEmpty()) {
      errors.add(all.getLast());
    }
    String text = errors.isEmpty() ? exit() : String.join("\n", errors);
    return password.map(secret -> text.replace(secret.reveal(), "***")).orElse(text);
  }

  private String exit() {
    int code = process.exitValue();
    return code > 128 ? "ended by signal %d".formatted(code - 128) : "exit code %d".formatted(code);
  }

  PgPrograms.Program program() {
    return program;
  }

  /** Ends it, and waits until it is gone. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException brokenPipe) {
      // It is gone already.
    }
    if (!endsWithin(TimeUnit.SECONDS.toMillis(10))) {
      process.destroyForcibly();
    }
  }
}
