package dev.gatewaydb.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strict reading: types, ranges, unknown keys, and everything reported together. */
final class TomlFileTest {
  @TempDir private Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("x.toml"), text);
  }

  private TomlFile read(String text) throws IOException {
    return TomlFile.read(write(text));
  }

  private List<String> faults(TomlFile file) {
    return file.faults().stream()
        .map(fault -> fault.replace(folder.resolve("x.toml") + ": ", ""))
        .toList();
  }

  @Test
  void givesWhatIsThereAndDefaultsForTheRest() throws IOException {
    TomlFile file =
        read(
            """
            name = "n"
            many = ["a", "b"]
            wait = "1m30s"
            [limits]
            count = 7
            on = true
            [[server]]
            host = "one"
            [[server]]
            host = "two"
            """);
    TomlTable root = file.root();
    assertThat(root.string("name")).contains("n");
    assertThat(root.string("other")).isEmpty();
    assertThat(root.string("third", "x")).isEqualTo("x");
    assertThat(root.strings("many")).contains(List.of("a", "b"));
    assertThat(root.duration("wait", Duration.ZERO)).isEqualTo(Duration.ofSeconds(90));
    TomlTable limits = root.table("limits");
    assertThat(limits.integer("count", 1, 9, 1)).isEqualTo(7);
    assertThat(limits.integer("size", 1, 9, 3)).isEqualTo(3);
    assertThat(limits.flag("on", false)).isTrue();
    assertThat(root.tables("server"))
        .extracting(server -> server.string("host").orElse(""))
        .containsExactly("one", "two");
    assertThat(root.tables("none")).isEmpty();
    assertThat(file.faults()).isEmpty();
    assertThat(file.keys())
        .extracting(TomlKey::path)
        .contains("name", "limits.count", "server[1].host");
    file.requireSound();
  }

  @Test
  void reportsEverythingTogether() throws IOException {
    TomlFile file =
        read(
            """
            nmae = "n"
            many = ["a", 1]
            wait = "soon"
            colour = "gren"
            [limits]
            count = 12
            on = "yes"
            coutn = 1
            [[server]]
            hots = "one"
            """);
    TomlTable root = file.root();
    root.string("name");
    root.strings("many");
    root.duration("wait", Duration.ZERO);
    root.choice("colour", List.of("red", "green"));
    TomlTable limits = root.table("limits");
    limits.integer("count", 1, 9, 1);
    limits.flag("on", false);
    root.tables("server").forEach(server -> server.string("host"));

    assertThat(faults(file))
        .containsExactlyInAnyOrder(
            "unknown key nmae; did you mean name?",
            "many is a list; it must be a list of strings",
            "wait is \"soon\"; it must be a duration such as 90s, 1h30m or 90d",
            "colour is \"gren\"; it must be one of red, green; did you mean green?",
            "limits.count is 12; it must be 1 to 9",
            "limits.on is a string; it must be true or false",
            "unknown key limits.coutn; did you mean count?",
            "unknown key server[0].hots; did you mean host?");
    assertThatThrownBy(file::requireSound)
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.faults()).hasSize(8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a = 1\\na = 2 | line 2",
        "a = | line 1",
        "[t]\\n[t] | line 2",
        "a = 'open | line 1",
        "x = { y = 1 } garbage | line 1",
      })
  void refusesWhatIsNoToml(String text, String named) throws IOException {
    TomlFile file = read(text.replace("\\n", "\n"));
    file.root();
    assertThat(faults(file)).singleElement().asString().startsWith(named);
  }

  @Test
  void aTableWhereSomethingElseBelongsAndTheOtherWayRound() throws IOException {
    TomlFile file = read("name = 1979-05-27\nserver = 3\n[many]\na = 1\n");
    TomlTable root = file.root();
    root.string("name");
    root.table("server").string("host");
    root.strings("many");
    assertThat(faults(file))
        .contains(
            "server is a number; it must be a table",
            "many is a table; it must be a list of strings");
  }

  @Test
  void takesPathsRelativeToTheFile() throws IOException {
    TomlFile file = read("near = 'a/../b'\nfar = '/c'\nblank = ' '\nnul = \"a\\u0000b\"\n");
    TomlTable root = file.root();
    assertThat(root.path("near")).contains(folder.resolve("b"));
    assertThat(root.path("far")).contains(Path.of("/c"));
    assertThat(root.path("none")).isEmpty();
    assertThat(root.path("blank")).isEmpty();
    assertThat(root.path("nul")).isEmpty();
    assertThat(faults(file)).containsExactly("blank is empty", "nul is no path");
  }

  @Test
  void saysWhyAFileCannotBeRead() throws IOException {
    Files.write(folder.resolve("latin.toml"), "a = 'ä'".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(TomlFile.read(folder.resolve("latin.toml")).faults())
        .singleElement()
        .asString()
        .endsWith("latin.toml: is not UTF-8 text");
    assertThat(TomlFile.read(folder).faults()).singleElement().asString().endsWith(": is a folder");
    assertThat(read("\uFEFFname = 'n'\r\n").root().string("name")).contains("n");
  }
}
