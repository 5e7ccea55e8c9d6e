package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Workflows run only at GitHub; what can be seen of them here is seen here. */
final class WorkflowsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path SIBLING = ROOT.resolve("docs/sibling");
  private static final Path RECEIVE = SIBLING.resolve("receive-init-sql/receive");
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();
  private static final Pattern USES = Pattern.compile("\\buses: +(\\S+)(?: +# +(\\S+))?\\s*$");
  private static final Pattern PINNED = Pattern.compile("([\\w.-]+/[\\w./-]+)@([0-9a-f]{40})");
  private static final Pattern SECRET = Pattern.compile("\\b(?:secrets|vars)\\.(\\w+)");

  /** What jobs may do beyond reading the contents. */
  private static final Map<String, Map<String, String>> PERMISSIONS =
      Map.of(
          "validate-migrations.yml comment", Map.of("pull-requests", "write"),
          "release.yml publish",
              Map.of("contents", "write", "id-token", "write", "attestations", "write"),
          "receive-init-sql.yml receive", Map.of("contents", "write", "pull-requests", "write"));

  @TempDir private Path folder;

  static Stream<Path> workflows() throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path place : List.of(ROOT.resolve(".github/workflows"), SIBLING)) {
      try (Stream<Path> files = Files.list(place)) {
        all.addAll(files.filter(file -> file.toString().endsWith(".yml")).toList());
      }
    }
    assertThat(all).hasSizeGreaterThan(5);
    return all.stream();
  }

  static Stream<Path> scripts() throws IOException {
    List<Path> all = new ArrayList<>(List.of(RECEIVE, ROOT.resolve(".ci/run")));
    try (Stream<Path> files = Files.list(ROOT.resolve(".github/scripts"))) {
      files.forEach(all::add);
    }
    return all.stream();
  }

  private static List<Path> withActions() throws IOException {
    List<Path> all = new ArrayList<>(workflows().toList());
    all.add(SIBLING.resolve("receive-init-sql/action.yml"));
    return all;
  }

  private static JsonNode read(Path file) throws IOException {
    return YAML.readTree(Files.readString(file));
  }

  private static Map<String, String> map(JsonNode node) {
    Map<String, String> map = new HashMap<>();
    node.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
    return map;
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void mayDoNoMoreThanTheyNeed(Path file) throws IOException {
    JsonNode workflow = read(file);
    assertThat(workflow.path("name").asText() + ".yml").isEqualTo(file.getFileName().toString());
    assertThat(workflow.has("on")).isTrue();
    assertThat(workflow.path("on").has("pull_request_target")).isFalse();
    assertThat(map(workflow.path("permissions"))).isEqualTo(Map.of("contents", "read"));
    for (Map.Entry<String, JsonNode> job : workflow.path("jobs").properties()) {
      String name = file.getFileName() + " " + job.getKey();
      assertThat(map(job.getValue().path("permissions")))
          .as(name)
          .isEqualTo(PERMISSIONS.getOrDefault(name, Map.of()));
      assertThat(job.getValue().path("timeout-minutes").asInt()).as(name).isBetween(1, 60);
      assertThat(job.getValue().path("runs-on").asText()).as(name).matches("ubuntu-\\d\\d\\.04");
    }
  }

  @Test
  void actionsArePinnedByTheirCommits() throws IOException {
    Map<String, Set<String>> commits = new HashMap<>();
    for (Path file : withActions()) {
      for (String line : Files.readAllLines(file)) {
        Matcher uses = USES.matcher(line);
        if (!uses.find()) {
          assertThat(line).as("%s", file).doesNotContain("uses:");
        } else if (uses.group(1).startsWith("./")) {
          Path action = SIBLING.resolve(Path.of(uses.group(1)).getFileName());
          assertThat(action.resolve("action.yml")).exists();
        } else {
          Matcher pinned = PINNED.matcher(uses.group(1));
          assertThat(pinned.matches()).as("%s: %s", file, line).isTrue();
          assertThat(uses.group(2)).as(line).matches("v\\d+\\.\\d+\\.\\d+");
          commits
              .computeIfAbsent(pinned.group(1), action -> new TreeSet<>())
              .add(pinned.group(2) + " " + uses.group(2));
        }
      }
    }
    assertThat(commits).containsKey("actions/checkout");
    assertThat(commits.values()).allMatch(versions -> versions.size() == 1);
  }

  /** Text of a pull request or a payload in a script would be run; in a variable it is a value. */
  @Test
  void scriptsHoldNoExpressions() throws IOException {
    for (Path file : withActions()) {
      for (JsonNode run : read(file).findValues("run")) {
        // From the workflow itself, not from an event.
        String text = run.asText().replaceAll("\\$\\{\\{ matrix\\.\\w+ }}", "");
        assertThat(text).as("%s", file).doesNotContain("${{");
      }
    }
  }

  @Test
  void onlyWhatPushesKeepsTheToken() throws IOException {
    for (Path file : workflows().toList()) {
      for (JsonNode job : read(file).path("jobs")) {
        for (JsonNode step : job.path("steps")) {
          if (step.path("uses").asText().startsWith("actions/checkout@")) {
            assertThat(step.path("with").path("persist-credentials").asBoolean(true))
                .as("%s", file)
                .isEqualTo(file.startsWith(SIBLING));
          }
        }
      }
    }
  }

  @Test
  void secretsAndVariablesAreDocumented() throws IOException {
    String documentation = Files.readString(ROOT.resolve("docs/workflows.md"));
    Set<String> names = new TreeSet<>();
    for (Path file : withActions()) {
      SECRET.matcher(Files.readString(file)).results().forEach(match -> names.add(match.group(1)));
    }
    assertThat(names).contains("CROSS_REPO_PAT");
    assertThat(names).allMatch(name -> documentation.contains("`" + name + "`"));
    for (Path file : workflows().toList()) {
      assertThat(documentation).contains("`" + file.getFileName() + "`");
    }
  }

  @Test
  void whatTheyRunAndWatchIsThere() throws IOException {
    int commands = 0;
    for (Path file : workflows().toList()) {
      JsonNode workflow = read(file);
      for (JsonNode paths : workflow.findValues("paths")) {
        for (JsonNode path : paths) {
          assertThat(ROOT.resolve(path.asText().replaceFirst("/\\*.*", ""))).exists();
        }
      }
      for (JsonNode run : workflow.findValues("run")) {
        for (String line : run.asText().lines().toList()) {
          String program = line.strip().split(" ", 2)[0];
          if (program.startsWith("./gwdb")) {
            assertUnderstood(line.strip());
            commands++;
          } else if (program.startsWith(".")) {
            assertThat(ROOT.resolve(program)).isExecutable();
          }
        }
      }
    }
    assertThat(commands).isGreaterThan(7);
  }

  private static void assertUnderstood(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(line.replaceAll(" >.*", ""));
    while (word.find()) {
      String text = Optional.ofNullable(word.group(1)).orElse(word.group(2));
      words.add(text.replaceAll("\\$\\w+", "http://x"));
    }
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    Context context =
        new Context(
            new Surroundings(Map.of(), Path.of("/"), Optional.empty()),
            new Console(nowhere, nowhere, false));
    var command = Gwdb.commandLine(context).setCaseInsensitiveEnumValuesAllowed(true);
    command.parseArgs(words.subList(1, words.size()).toArray(new String[0]));
  }

  @Test
  void composeShowsItsServersToThisMachineAlone() throws IOException {
    JsonNode services = read(ROOT.resolve("compose.yaml")).path("services");
    assertThat(services.size()).isEqualTo(2);
    for (JsonNode service : services) {
      assertThat(service.path("image").asText()).matches("\\w+:\\d+");
      assertThat(service.path("ports").path(0).asText()).startsWith("127.0.0.1:");
      assertThat(service.path("healthcheck").has("test")).isTrue();
    }
    JsonNode file = services.path("postgres").path("volumes").path(0);
    assertThat(file.path("target").asText()).matches("/docker-entrypoint-initdb\\.d/.+\\.sql");
    assertThat(file.path("read_only").asBoolean()).isTrue();
    assertThat(file.path("bind").path("create_host_path").asBoolean(true)).isFalse();
    assertThat(Files.readString(ROOT.resolve(".gitignore"))).contains("/init_gateway_tables.sql\n");
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void scriptsAreSound(Path script) throws IOException, InterruptedException {
    assertThat(script).isExecutable();
    assertThat(Files.readString(script))
        .startsWith("#!/usr/bin/env bash\n")
        .contains("set -euo pipefail");
    assertThat(bash(Map.of(), "-n", script.toString())).isEqualTo(new Result(0, "", ""));
  }

  private Result bash(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash"));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("stdout");
    Path err = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Result(code, Files.readString(out), Files.readString(err));
  }
}
