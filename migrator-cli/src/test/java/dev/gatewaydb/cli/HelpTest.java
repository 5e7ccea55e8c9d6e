package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

final class HelpTest {
  private static final int WIDEST = 120;

  @TempDir private Path folder;

  static Stream<CommandLine> commands() {
    return withSubcommands(Gwdb.commandLine(context())).stream();
  }

  private static List<CommandLine> withSubcommands(CommandLine command) {
    List<CommandLine> all = new ArrayList<>(List.of(command));
    command.getSubcommands().values().forEach(sub -> all.addAll(withSubcommands(sub)));
    return all;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandIsExplained(CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    List<String> args =
        new ArrayList<>(List.of(name.split(" ")).subList(1, name.split(" ").length));
    args.add("--help");
    Result result = Project.in(folder).run(args.toArray(new String[0])).exits(0);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("Usage: " + name + " [");
    assertThat(result.out().lines()).allMatch(line -> line.length() <= WIDEST);
    assertThat(result.out()).containsPattern("\nExamples:\n +(source <\\()?" + name);
    assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
    for (OptionSpec option : command.getCommandSpec().options()) {
      assertThat(option.description()).as("%s %s", name, option.longestName()).isNotEmpty();
      assertThat(option.hidden()).isFalse();
      if (option.arity().max() > 0) {
        assertThat(option.paramLabel()).as(option.longestName()).matches("[A-Z]+");
      }
      assertThat(result.out()).contains(option.longestName());
    }
  }

  @Test
  void everyCommandIsDocumented() throws IOException {
    String documentation = Files.readString(Path.of("..", "docs", "cli.md"));
    commands()
        .forEach(
            command -> {
              String name = command.getCommandSpec().qualifiedName();
              assertThat(documentation).contains("`" + name);
              for (OptionSpec option : command.getCommandSpec().options()) {
                assertThat(documentation).contains("`" + option.longestName());
              }
            });
  }

  @Test
  void theExitCodesAreThoseOfTheDocumentation() throws IOException {
    Map<String, String> help =
        Gwdb.commandLine(context()).getCommandSpec().usageMessage().exitCodeList();
    List<String> rows =
        help.entrySet().stream()
            .map(row -> "| %s | %s |".formatted(row.getKey().strip(), row.getValue()))
            .toList();
    assertThat(rows).hasSize(7);
    assertThat(Files.readAllLines(Path.of("..", "docs", "cli.md"))).containsSubsequence(rows);
  }

  private static Context context() {
    Console console =
        new Console(new PrintStream(PrintStream.nullOutputStream()), System.err, false);
    return new Context(new Surroundings(Map.of(), Path.of("/"), Optional.empty()), console);
  }

  @Test
  void withoutArgumentsItShowsTheHelpAsAnError() {
    Result result = Project.in(folder).run().exits(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("Usage: gwdb");
  }

  @Test
  void helpForACommand() {
    Project project = Project.in(folder);
    assertThat(project.run("help").exits(0).out()).isEqualTo(project.run("--help").out());
    assertThat(project.run("help", "status").exits(0).out())
        .isEqualTo(project.run("status", "--help").out());
    assertThat(project.run("help", "statos").exits(2).err()).contains("statos");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void showsTheVersion(String flag) {
    Result result = Project.in(folder).run(flag).exits(0);
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .matches("gwdb \\d+\\.\\d+\\.\\d+\\S* \\([0-9a-f]{7,}(, modified)?\\)\\RJava \\d+\\S*\\R");
  }

  @Test
  void completesCommandsAndOptions() throws IOException, InterruptedException {
    Path script = folder.resolve("completion.sh");
    Files.writeString(script, Project.in(folder).run("completion").exits(0).out());
    assertThat(bash("bash -n " + script)).isEmpty();
    assertThat(completions(script, "gwdb", ""))
        .contains("migrate", "status", "local-dev", "doctor");
    assertThat(completions(script, "gwdb", "local-dev", "")).contains("stop", "status");
    assertThat(completions(script, "gwdb", "status", "--e")).contains("--exit-code");
  }

  private static String completions(Path script, String... words)
      throws IOException, InterruptedException {
    String line = String.join(" ", words);
    String array = "'" + String.join("' '", words) + "'";
    return bash(
        ". %s; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; COMP_POINT=%d; _complete_gwdb; echo ${COMPREPLY[@]}"
            .formatted(script, array, words.length - 1, line, line.length()));
  }

  private static String bash(String script) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
