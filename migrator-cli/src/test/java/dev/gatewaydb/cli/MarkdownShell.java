package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Executes the {@code ```sh} blocks of a Markdown file, in their order, in one project. Every
 * command must exit with 0, or with n where its line ends in {@code # exit n}. A block opened by
 * {@code ```sh no-run} is shown to people only.
 */
final class MarkdownShell implements AutoCloseable {
  private static final Pattern EXPECTED = Pattern.compile("^(.*?)\\s+# exit (\\d+)$");

  private final Project project;
  private final Path bin;
  private final GwdbCalls calls;

  MarkdownShell(Project project) throws IOException, InterruptedException {
    this(project, Optional.empty());
  }

  /**
   * @param project where {@code gwdb} is on the PATH and in the folder; it runs in this JVM, since
   *     starting one for each command would take most of the time
   * @param home of the checkout that {@code gwdb} belongs to
   */
  MarkdownShell(Project project, Optional<Path> home) throws IOException, InterruptedException {
    this.project = project;
    this.bin = Files.createDirectories(project.directory().resolve("bin"));
    this.calls = new GwdbCalls(Files.createDirectories(bin.resolve("calls")), home);
    for (Path gwdb : List.of(bin.resolve("gwdb"), project.directory().resolve("gwdb"))) {
      Files.writeString(gwdb, calls.script());
      Files.setPosixFilePermissions(gwdb, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  record Block(int line, boolean runs, List<String> commands) {}

  static List<Block> blocks(Path markdown) throws IOException {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(markdown);
    for (int i = 0; i < lines.size(); i++) {
      String fence = lines.get(i).strip();
      if (fence.equals("```sh") || fence.startsWith("```sh ")) {
        List<String> commands = new ArrayList<>();
        int start = i + 1;
        for (i++; !lines.get(i).strip().equals("```"); i++) {
          commands.add(lines.get(i));
        }
        blocks.add(new Block(start, !fence.contains("no-run"), commands));
      }
    }
    return blocks;
  }

  void run(Path markdown) throws IOException, InterruptedException {
    for (Block block : blocks(markdown)) {
      if (block.runs()) {
        run(markdown, block);
      }
    }
  }

  private void run(Path markdown, Block block) throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder("set -e\n");
    for (String command : block.commands()) {
      script.append(
          EXPECTED.matcher(command).replaceFirst("rc=0; $1 || rc=\\$?; test \\$rc -eq $2"));
      script.append('\n');
    }
    Path output = Files.createTempFile("gwdb-test", ".out");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", script.toString())
            .directory(project.directory().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(project.environment());
    builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    assertThat(ended).as("%s:%d ends;%n%s", markdown, block.line(), said).isTrue();
    assertThat(process.exitValue())
        .as("%s:%d%n%s%nsaid:%n%s", markdown, block.line(), script, said)
        .isZero();
  }

  @Override
  public void close() throws IOException {
    calls.close();
  }
}
