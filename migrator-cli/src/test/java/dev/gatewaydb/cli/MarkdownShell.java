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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Executes the {@code ```sh} blocks of a Markdown file, in their order, in one project. Every
 * command must exit with 0, or with n where its line ends in {@code # exit n}. A block opened by
 * {@code ```sh no-run} is shown to people only. {@link #inThisJvm} saves the processes where a
 * block needs no shell.
 */
final class MarkdownShell {
  private static final Pattern EXPECTED = Pattern.compile("^(.*?)\\s+# exit (\\d+)$");

  /** A word that a shell leaves alone, or one in single quotes. */
  private static final Pattern WORD = Pattern.compile("'([^']*)'|[\\w./:@%+=,-]+");

  private static final Pattern GWDB_ALONE = Pattern.compile("gwdb(?: +(?:" + WORD + "))*+");

  private final Project project;
  private final Optional<Path> home;
  private final boolean inThisJvm;
  private final Path bin;

  /**
   * @param project where {@code gwdb} is on the PATH and in the folder
   */
  MarkdownShell(Project project) throws IOException {
    this(project, Optional.empty(), false);
  }

  private MarkdownShell(Project project, Optional<Path> home, boolean inThisJvm)
      throws IOException {
    this.project = project;
    this.home = home;
    this.inThisJvm = inThisJvm;
    this.bin = Files.createDirectories(project.directory().resolve("bin"));
    List<String> flags = home.map(h -> "-Dgwdb.home=" + h).stream().toList();
    String command = String.join(" ", quoted(GwdbProcess.command(flags)));
    for (Path gwdb : List.of(bin.resolve("gwdb"), project.directory().resolve("gwdb"))) {
      Files.writeString(gwdb, "#!/bin/sh\nexec " + command + " \"$@\"\n");
      Files.setPosixFilePermissions(gwdb, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /**
   * Runs blocks that hold nothing but plain gwdb commands without any process.
   *
   * @param home of the checkout that {@code gwdb} belongs to
   */
  static MarkdownShell inThisJvm(Project project, Optional<Path> home) throws IOException {
    return new MarkdownShell(project, home, true);
  }

  private static List<String> quoted(List<String> words) {
    return words.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").toList();
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
    if (inThisJvm
        && block.commands().stream().allMatch(c -> GWDB_ALONE.matcher(bare(c)).matches())) {
      block.commands().forEach(command -> runHere(markdown, block, command));
    } else {
      runInShell(markdown, block);
    }
  }

  private static String bare(String command) {
    return EXPECTED.matcher(command).replaceFirst("$1");
  }

  private void runHere(Path markdown, Block block, String command) {
    Matcher expected = EXPECTED.matcher(command);
    int code = expected.matches() ? Integer.parseInt(expected.group(2)) : 0;
    String[] args =
        WORD.matcher(bare(command))
            .results()
            .skip(1)
            .map(word -> word.group(1) == null ? word.group() : word.group(1))
            .toArray(String[]::new);
    Result result = project.run(home, args);
    assertThat(result.code())
        .as("%s:%d %s%n%s%n%s", markdown, block.line(), command, result.out(), result.err())
        .isEqualTo(code);
  }

  private void runInShell(Path markdown, Block block) throws IOException, InterruptedException {
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
}
