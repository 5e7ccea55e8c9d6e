package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command for shell scripts, answered by this JVM: one call after the other, with the caller's
 * folder, environment and input.
 */
final class GwdbCalls implements AutoCloseable {
  private static final String END = "end";
  private static final int NO_ANSWER = 99;

  private final Path folder;
  private final Optional<Path> home;
  private final Path calls;

  /**
   * @param folder for the pipes that calls come through; its path needs no quotes
   * @param home of the checkout that the command belongs to
   */
  GwdbCalls(Path folder, Optional<Path> home) throws IOException, InterruptedException {
    this.folder = folder;
    this.home = home;
    this.calls = folder.resolve("calls");
    Process mkfifo = new ProcessBuilder("mkfifo", calls.toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
    Thread.ofPlatform().daemon().name("gwdb-calls").start(this::answer);
  }

  /** What to install as {@code gwdb}. */
  String script() {
    return """
        #!/bin/sh
        call=$(mktemp -d %1$s/call.XXXXXX) && mkfifo "$call/code" || exit 99
        printf '%%s\\0' "$PWD" "$@" >"$call/arguments"
        env -0 >"$call/environment"
        cat >"$call/in"
        echo "$call" >%1$s/calls
        read -r code <"$call/code"
        cat "$call/out"
        cat "$call/err" >&2
        exit "$code"
        """
        .formatted(folder);
  }

  private void answer() {
    // Open for writing as well, so that it has no end when a caller closes it.
    try (RandomAccessFile lines = new RandomAccessFile(calls.toFile(), "rw")) {
      for (String call = lines.readLine(); !END.equals(call); call = lines.readLine()) {
        answer(Path.of(call));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(Path call) throws IOException {
    List<String> words = words(call.resolve("arguments"));
    Map<String, String> environment = new HashMap<>();
    for (String variable : words(call.resolve("environment"))) {
      String[] parts = variable.split("=", 2);
      environment.put(parts[0], parts[1]);
    }
    Surroundings surroundings = new Surroundings(environment, Path.of(words.getFirst()), home);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    InputStream before = System.in;
    int code;
    try (InputStream in = Files.newInputStream(call.resolve("in"));
        PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      System.setIn(in);
      String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
      code = runOrTell(arguments, surroundings, outStream, errStream);
    } finally {
      System.setIn(before);
    }
    Files.write(call.resolve("out"), out.toByteArray());
    Files.write(call.resolve("err"), err.toByteArray());
    Files.writeString(call.resolve("code"), code + "\n", StandardOpenOption.WRITE);
  }

  /** A caller whose command dies hears of it; without an answer it would wait for ever. */
  private static int runOrTell(
      String[] arguments, Surroundings surroundings, PrintStream out, PrintStream err) {
    try {
      return Gwdb.run(arguments, surroundings, out, err);
    } catch (RuntimeException | Error e) {
      e.printStackTrace(err);
      return NO_ANSWER;
    }
  }

  private static List<String> words(Path file) throws IOException {
    String text = Files.readString(file);
    return text.isEmpty()
        ? List.of()
        : List.of(text.substring(0, text.length() - 1).split("\0", -1));
  }

  @Override
  public void close() throws IOException {
    Files.writeString(calls, END + "\n", StandardOpenOption.WRITE);
  }
}
