package dev.gatewaydb.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another JVM with the class path of the tests. */
public final class Jvm implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 60;

  private final Process process;
  private final BufferedReader output;

  private Jvm(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Runs a class's {@code main}. */
  public static Jvm start(Class<?> main, String... arguments) throws IOException {
    return start(Map.of(), main, arguments);
  }

  /** As {@link #start(Class, String...)}, with variables added to the environment. */
  public static Jvm start(Map<String, String> variables, Class<?> main, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(variables);
    return new Jvm(builder.start());
  }

  /** Its process. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Everything on its standard input. */
  public Jvm write(String text) throws IOException {
    try (var input = process.outputWriter(StandardCharsets.UTF_8)) {
      input.write(text);
    }
    return this;
  }

  /** The rest of the first line that starts so. */
  public String awaitLine(String start) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(start)) {
        return line.substring(start.length());
      }
      lines.add(line);
    }
    throw new AssertionError("no line starts with " + start + " in\n" + String.join("\n", lines));
  }

  /** Waits for its end, which must be a good one, and gives back what it wrote. */
  public String awaitSuccess() throws Exception {
    String text = String.join("\n", output.lines().toList());
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  /** Sends a signal by its name, and waits for its end. */
  public void kill(String signal) throws Exception {
    new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
