package dev.gatewaydb.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gatewaydb.migrator.layout.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** gwdb.toml, its JSON Schema and its documentation say the same. */
final class ProjectFileTest {
  private static final Path DOCS = Path.of("..", "docs");

  @TempDir private Path folder;

  private ProjectFile project(String text) throws IOException {
    Files.writeString(folder.resolve(ProjectFile.NAME), text);
    return ProjectFile.from(folder);
  }

  /** The only toml block of the page. */
  private static String example() throws IOException {
    String page = Files.readString(DOCS.resolve("configuration.md"));
    int start = page.indexOf("```toml\n") + "```toml\n".length();
    return page.substring(start, page.indexOf("```", start));
  }

  @Test
  void theDocumentedExampleIsSoundAndHasEveryKey() throws IOException {
    ProjectFile project = project(example());
    assertThat(project.toml().faults()).isEmpty();
    assertThat(project.toml().keys()).isNotEmpty().allMatch(TomlKey::given);
    String page = Files.readString(DOCS.resolve("configuration.md"));
    for (TomlKey key : project.toml().keys()) {
      assertThat(page).contains("| `" + general(key.path()) + "` |");
    }
  }

  @Test
  void theSchemaHasTheReadersKeysAndTypes() throws IOException {
    Map<String, String> read =
        project(example()).toml().keys().stream()
            .collect(
                Collectors.toMap(
                    key -> general(key.path()),
                    key -> schemaType(key.type()),
                    (one, same) -> one,
                    TreeMap::new));
    JsonNode schema = new ObjectMapper().readTree(DOCS.resolve("gwdb.schema.json").toFile());
    Map<String, String> written = new TreeMap<>();
    collect(schema, "", written);
    assertThat(written).isEqualTo(read);
    Set<String> layouts = new TreeSet<>();
    schema
        .at("/properties/migrations/properties/layout/enum")
        .forEach(e -> layouts.add(e.asText()));
    assertThat(layouts).containsExactlyInAnyOrderElementsOf(Layout.labels());
  }

  @Test
  void theNearestUpwardsCounts() throws IOException {
    project("[tables]\nowned = [\"a\"]\n");
    Path below = Files.createDirectories(folder.resolve("src/deep"));
    assertThat(ProjectFile.from(below).tables().owned()).contains(List.of("a"));
    Files.writeString(folder.resolve("src/gwdb.toml"), "[tables]\nowned = [\"b\"]\n");
    assertThat(ProjectFile.from(below).tables().owned()).contains(List.of("b"));
  }

  @ParameterizedTest
  @CsvSource({
    "ada, ada, ada, false",
    "root, ada, ada, false",
    "ada, root, ada, false",
    "ci, ci, root, false",
    "mallory, ada, ada, true",
    "mallory, root, root, true",
    "mallory, root, ada, true",
  })
  void aStrangersFileFurtherUpIsNotObeyed(
      String owner, String ofDirectory, String user, boolean strangers) {
    assertThat(FileOwner.isStrangers(owner, ofDirectory, user)).isEqualTo(strangers);
  }

  private static String general(String path) {
    return path.replaceAll("\\[\\d+]", "[]");
  }

  private static String schemaType(TomlKey.Type type) {
    return switch (type) {
      case STRING -> "string";
      case INTEGER -> "integer";
      case BOOLEAN -> "boolean";
      case STRINGS -> "array of string";
      case TABLES -> "array of object";
      case TABLE -> "object";
    };
  }

  private static void collect(JsonNode schema, String prefix, Map<String, String> found) {
    assertThat(schema.get("additionalProperties").asBoolean(true)).as(prefix).isFalse();
    schema
        .get("properties")
        .properties()
        .forEach(
            property -> {
              String path = prefix + property.getKey();
              JsonNode value = property.getValue();
              assertThat(value.path("description").asText()).as(path).isNotEmpty();
              switch (value.get("type").asText()) {
                case "object" -> collect(value, path + ".", found);
                case "array" -> {
                  String items = value.at("/items/type").asText();
                  found.put(path, "array of " + items);
                  if (items.equals("object")) {
                    collect(value.get("items"), path + "[].", found);
                  }
                }
                default -> found.put(path, value.get("type").asText());
              }
            });
  }

  @Test
  void isFoundUpwardsAndItsPathsAreRelativeToIt() throws IOException {
    project("[migrations]\ndirectory = \"sql\"\n");
    Path deep = Files.createDirectories(folder.resolve("a/b"));
    ProjectFile project = ProjectFile.from(deep);
    assertThat(project.migrations().directory()).contains(folder.resolve("sql"));
    assertThat(project.hasMigrations()).isTrue();
    assertThat(project.path()).contains(folder.resolve("gwdb.toml"));
  }

  @Test
  void holdsNoPasswords() throws IOException {
    String file =
        """
        [database]
        url = "postgres://app:s3cr3t@localhost/app"
        [scratch]
        server = "postgresql://app@localhost/app?password=s3cr3t"
        """;
    List<String> faults = project(file).toml().faults();
    assertThat(faults).hasSize(2).noneMatch(fault -> fault.contains("s3cr3t"));
    assertThat(faults)
        .anyMatch(fault -> fault.contains("gwdb.toml: database.url holds a password"))
        .anyMatch(fault -> fault.contains("gwdb.toml: scratch.server holds a password"));
  }

  @Test
  void saysWhatMakesNoSense() throws IOException {
    List<String> faults = new ArrayList<>();
    project(
            """
            [migrations]
            layout = "flyaway"
            history_table = 'a"b'
            [database]
            url = "mysql://h/d"
            [scratch]
            server = "podman"
            [migration]
            directory = "x"
            """)
        .toml()
        .faults()
        .forEach(fault -> faults.add(fault.replaceFirst(".*gwdb.toml: ", "")));
    assertThat(faults)
        .hasSize(5)
        .anyMatch(f -> f.startsWith("migrations.layout is \"flyaway\"") && f.endsWith("flyway?"))
        .anyMatch(f -> f.startsWith("migrations.history_table must be a name"))
        .anyMatch(f -> f.startsWith("database.url "))
        .anyMatch(f -> f.startsWith("scratch.server "))
        .anyMatch(f -> f.equals("unknown key migration; did you mean migrations?"));
  }
}
