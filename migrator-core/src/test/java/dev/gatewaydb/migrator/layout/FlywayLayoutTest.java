package dev.gatewaydb.migrator.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.testing.Project;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a migrations folder may hold. */
final class FlywayLayoutTest {
  @TempDir private Path temp;
  private Path folder;
  private Project project;

  @BeforeEach
  void make() {
    folder = temp.resolve("migrations");
    project = new Project(folder).with("V1__one.sql", "SELECT 1;");
  }

  private List<String> faults() {
    ConfigurationException thrown =
        catchThrowableOfType(ConfigurationException.class, () -> project.set());
    assertThat(thrown).as("faults").isNotNull();
    assertThat(thrown.nextStep()).isNotEmpty();
    return thrown.faults().stream()
        .map(fault -> fault.replace("migrations folder " + folder + ": ", ""))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "V2__two.sql, 2, two",
    "V2.sql, 2, ''",
    "V2__.sql, 2, ''",
    "V1.2__a_b.sql, 1.2, a b",
    "V1_2__a.sql, 1.2, a",
    "V20260220100000__api_keys_add_id_pk.sql, 20260220100000, api keys add id pk",
    "V99999999999999999999999__big.sql, 99999999999999999999999, big",
    "V3__a__b.sql, 3, a  b",
    "sub/dir/V4__ünï.sql, 4, ünï",
  })
  void readsNames(String name, String version, String description) {
    project.with(name, "SELECT 2;");

    assertThat(project.set().migrations())
        .contains(
            new Migration(
                version, description, new MigrationFile(name, "SELECT 2;"), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "v2__two.sql, V2__two.sql",
    "V2_two.sql, V2__two.sql",
    "V2 __two.sql, V2__two.sql",
    "V2__two.SQL, V2__two.sql",
    "V2-two.sql, V2__two.sql",
    "V2.__two.sql, V2__two.sql",
    "V2_0_1-two-and-more.sql, V2_0_1__two-and-more.sql",
    "u1__one.sql, U1__one.sql",
    "R__.sql, R__what_it_does.sql",
    "r__view.sql, R__view.sql",
  })
  void refusesNamesThatFlywayWouldPassOver(String name, String meant) {
    project.with(name, "SELECT 2;");

    assertThat(faults()).containsExactly(name + ": name must look like " + meant);
  }

  @Test
  void listsWhatItIgnores() {
    project
        .with("README.md", "")
        .with("notes.sql", "")
        .with("afterMigrat.sql", "")
        .with("V9__script.sh", "")
        .with("sub/V9__nothing.sql.conf", "")
        .with(".git/V7__hidden.sql", "broken");

    assertThat(project.set().ignored())
        .containsExactly(
            "README.md",
            "V9__script.sh",
            "afterMigrat.sql",
            "notes.sql",
            "sub/V9__nothing.sql.conf");
    assertThat(project.set().migrations()).hasSize(1);
  }

  @Test
  void pairsUpAndDown() {
    project.with("down/U1.0__one.sql", "SELECT -1;").with("V2__two.sql", "SELECT 2;");

    assertThat(project.set().migrations())
        .extracting(Migration::reversible)
        .containsExactly(true, false);
  }

  @Test
  void sortsByVersionAndNotByText() {
    project
        .with("V10__ten.sql", "SELECT 10;")
        .with("V9__nine.sql", "SELECT 9;")
        .with("V9.1__more.sql", "SELECT 9.1;");

    assertThat(project.set().migrations())
        .extracting(Migration::version)
        .containsExactly("1", "9", "9.1", "10");
  }

  @ParameterizedTest
  @ValueSource(strings = {"V1__again.sql", "sub/V1__one.sql", "V1.0__one.sql", "V01__one.sql"})
  void refusesAVersionTwice(String name) {
    project.with(name, "SELECT 2;");

    assertThat(faults()).singleElement().asString().contains("is taken by", name, "V1__one.sql");
  }

  @Test
  void refusesOtherNamesTwice() {
    project
        .with("R__view.sql", "SELECT 1;")
        .with("sub/R__view.sql", "SELECT 1;")
        .with("afterMigrate.sql", "")
        .with("sub/afterMigrate.sql", "")
        .with("afterMigrate__more.sql", "");

    assertThat(faults())
        .containsExactlyInAnyOrder(
            "sub/R__view.sql: R__view.sql is the same repeatable migration",
            "sub/afterMigrate.sql: afterMigrate.sql is the same callback");
  }

  @Test
  void reportsAllFaultsTogether() throws IOException {
    project.with("U7__alone.sql", "").with("V1__twice.sql", "SELECT 1;").with("v3__three.sql", "");
    Files.write(folder.resolve("V4__latin.sql"), new byte[] {'-', '-', (byte) 0xe4, '\n'});
    Files.createDirectory(folder.resolve("V5__folder.sql"));

    assertThat(faults())
        .hasSize(5)
        .anyMatch(fault -> fault.equals("U7__alone.sql: no V file with version 7"))
        .anyMatch(fault -> fault.equals("V4__latin.sql: not UTF-8"))
        .anyMatch(fault -> fault.equals("V5__folder.sql: is a folder"));
  }

  @Test
  void takesByteOrderMarksLineEndingsAndComments() {
    project
        .with("V2__bom.sql", "\uFEFF-- no-transaction\nSELECT 2;")
        .with("V3__crlf.sql", "SELECT 1;\r\nSELECT 'ü';\r\n")
        .with("V4__comment.sql", "-- nothing to do");

    assertThat(project.set().migrations())
        .extracting(m -> m.up().text())
        .containsExactly(
            "SELECT 1;",
            "-- no-transaction\nSELECT 2;",
            "SELECT 1;\r\nSELECT 'ü';\r\n",
            "-- nothing to do");
    assertThat(project.set().scriptSettings()).containsOnlyKeys("V2__bom.sql");
  }

  @Test
  void refusesWhatDoesNothingOrCannotBeRun() {
    project
        .with("V2__empty.sql", " \r\n")
        .with("R__empty.sql", "")
        .with("V3__nul.sql", "SELECT 1;\0")
        .with("V4__goose.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n")
        .with("V5__dbmate.sql", "-- migrate:up\nSELECT 1;\n--  migrate:down\nSELECT 2;\n")
        .with("V6__text.sql", "SELECT '-- migrate:down';");

    assertThat(faults())
        .hasSize(5)
        .anyMatch(fault -> fault.startsWith("V2__empty.sql: is empty"))
        .anyMatch(fault -> fault.startsWith("R__empty.sql: is empty"))
        .anyMatch(fault -> fault.startsWith("V3__nul.sql: holds a NUL character"))
        .anyMatch(fault -> fault.startsWith("V4__goose.sql: holds its way back too"))
        .anyMatch(fault -> fault.startsWith("V5__dbmate.sql: holds its way back too"));
  }

  @Test
  void callbacksAreNoMigrations() {
    project.with("afterMigrate.sql", "").with("beforeEachMigrate__x.sql", "");

    assertThat(project.set().callbacks())
        .extracting(MigrationFile::path)
        .containsExactly("afterMigrate.sql", "beforeEachMigrate__x.sql");
  }

  @Test
  void settingsOfAScriptAndItsFirstLineAddUp() {
    project
        .with("V2__two.sql", "-- no-transaction\nSELECT 2;")
        .with("V2__two.sql.conf", "placeholderReplacement=true")
        .with("V3__three.sql", "SELECT 3;")
        .with("V3__three.sql.conf", "executeInTransaction=false");

    assertThat(project.set().scriptSettings())
        .containsOnlyKeys("V2__two.sql", "V3__three.sql")
        .hasEntrySatisfying(
            "V2__two.sql",
            conf ->
                assertThat(conf.lines())
                    .containsExactly("placeholderReplacement=true", "executeInTransaction=false"));
  }

  @Test
  void refusesSettingsThatContradictOrMakeNoSense() {
    project
        .with("V2__two.sql", "-- no-transaction\nSELECT 2;")
        .with("V2__two.sql.conf", "executeInTransaction=true")
        .with("V3__three.sql", "SELECT 3;")
        .with("V3__three.sql.conf", "executeInTransaction=perhaps")
        .with("V4__four.sql", "SELECT 4;")
        .with("V4__four.sql.conf", "a=\\u00zz");

    assertThat(faults())
        .hasSize(3)
        .anyMatch(fault -> fault.startsWith("V2__two.sql.conf: contradicts"))
        .anyMatch(fault -> fault.startsWith("V3__three.sql.conf: executeInTransaction is perhaps"))
        .anyMatch(fault -> fault.startsWith("V4__four.sql.conf: can't be read"));
  }

  @Test
  void takesLinksInsideTheFolderAlone() throws IOException {
    Project other = new Project(temp.resolve("other")).with("V3__three.sql", "SELECT 3;");
    project.with("files/two.txt", "SELECT 2;");
    Files.createSymbolicLink(folder.resolve("V2__two.sql"), Path.of("files/two.txt"));
    assertThat(project.set().find("2").map(m -> m.up().text())).contains("SELECT 2;");

    Files.createSymbolicLink(
        folder.resolve("V3__three.sql"), other.folder().resolve("V3__three.sql"));
    Files.createSymbolicLink(folder.resolve("V4__four.sql"), Path.of("nowhere"));
    Files.createSymbolicLink(folder.resolve("V5__five.sql"), Path.of("V5__five.sql"));
    Files.createSymbolicLink(folder.resolve("more"), other.folder());

    assertThat(faults())
        .containsExactlyInAnyOrder(
            "V3__three.sql: is a link that leads out of the folder; put the file here",
            "V4__four.sql: is a link that leads nowhere",
            "V5__five.sql: is a link that leads nowhere",
            "more: is a link to a folder; put the files here");
  }

  @Test
  void theFolderItselfMayBeALink() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), folder);

    assertThat(MigrationSet.read(link).migrations()).isEqualTo(project.set().migrations());
  }

  /** Kubernetes swaps the hidden folder behind the links at once. */
  @Test
  void readsAMountedConfigMap() throws IOException {
    Project mount = new Project(temp.resolve("mount")).with("..2026/V1__one.sql", "SELECT 1;");
    Files.createSymbolicLink(mount.folder().resolve("..data"), Path.of("..2026"));
    Files.createSymbolicLink(
        mount.folder().resolve("V1__one.sql"), Path.of("..data", "V1__one.sql"));

    assertThat(mount.set().migrations()).isEqualTo(project.set().migrations());
    assertThat(mount.set().ignored()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "V1__one.sql"})
  void refusesWhatIsNoFolder(String name) {
    ConfigurationException thrown =
        catchThrowableOfType(
            ConfigurationException.class, () -> MigrationSet.read(folder.resolve(name)));

    assertThat(thrown).hasMessageContaining(name);
    assertThat(thrown.nextStep()).isNotEmpty();
  }

  @Test
  void readsHundreds() {
    for (int i = 2; i <= 800; i++) {
      project.with("year%d/V%d__m.sql".formatted(i / 100, i), "SELECT " + i);
    }

    assertThat(project.set().migrations()).hasSize(800);
    assertThat(project.set().find("800")).isPresent();
  }

  @Test
  void aJarIsReadLikeAFolder() throws Exception {
    project
        .with("U1__one.sql", "SELECT -1;")
        .with("sub/V2__ünï.sql", "-- no-transaction\nSELECT 2;")
        .with("R__view.sql", "SELECT 3;")
        .with("afterMigrate.sql", "SELECT 4;")
        .with("README.md", "");
    Path jar = temp.resolve("with space & ünï.jar");
    zip(jar);
    try (URLClassLoader loader = loader(jar.toUri())) {
      MigrationSet fromJar = MigrationSet.onClassPath(loader, "some/where");

      assertThat(fromJar).usingRecursiveComparison().isEqualTo(project.set());
      // Not shared with, nor closed by, anybody else who reads it.
      assertThat(MigrationSet.onClassPath(loader, "some/where").migrations()).hasSize(2);
    }
    try (URLClassLoader loader = loader(temp.toUri())) {
      assertThat(MigrationSet.onClassPath(loader, "migrations"))
          .usingRecursiveComparison()
          .isEqualTo(project.set());
    }
  }

  @Test
  void refusesAClassPathWithoutOrWithTwo() throws Exception {
    Path jar = temp.resolve("one.jar");
    zip(jar);
    Path copy = Files.copy(jar, temp.resolve("two.jar"));
    try (URLClassLoader loader = loader(jar.toUri(), copy.toUri())) {
      assertThat(onClassPath(loader, "some/where"))
          .hasMessageContaining("one.jar")
          .hasMessageContaining("two.jar");
      assertThat(onClassPath(loader, "no/where")).hasMessageContaining("no/where");
    }
  }

  private static ConfigurationException onClassPath(ClassLoader loader, String location) {
    return catchThrowableOfType(
        ConfigurationException.class, () -> MigrationSet.onClassPath(loader, location));
  }

  private static URLClassLoader loader(URI... places) throws Exception {
    URL[] urls = new URL[places.length];
    for (int i = 0; i < places.length; i++) {
      urls[i] = places[i].toURL();
    }
    return new URLClassLoader(urls, null);
  }

  private void zip(Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        String name = "some/where/" + folder.relativize(file);
        zip.putNextEntry(
            new ZipEntry(Files.isDirectory(file) ? name.replaceFirst("/?$", "/") : name));
        if (Files.isRegularFile(file)) {
          Files.copy(file, zip);
        }
      }
    }
  }
}
