package dev.gatewaydb.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.testing.Project;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a real repository: {@code main} is what others have, and the branch is checked out. */
final class SinceCheckTest {
  @TempDir private Path root;
  private Project project = new Project(Path.of(""));

  @BeforeEach
  void released() throws Exception {
    project = new Project(root.resolve("db/migrations ü"));
    git("init", "--quiet", "--initial-branch=main");
    project
        .with("V1__one.sql", "CREATE TABLE one ();\n")
        .with("U1__one.sql", "DROP TABLE one;\n")
        .with("V3__three.sql", "CREATE TABLE three ();\n")
        .with("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;\n");
    commit();
    git("checkout", "--quiet", "-b", "work");
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of("git", "-C", root.toString(), "-c", "user.name=t", "-c", "user.email=t@t"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private void commit() throws Exception {
    git("add", "--all");
    git("-c", "commit.gpgsign=false", "commit", "--quiet", "-m", "x");
  }

  private List<CheckFinding> since(String ref) {
    return new SinceCheck(project.set(), project.folder(), ref).run();
  }

  private List<String> problems() {
    return since("main").stream().map(f -> f.file() + " " + f.message()).toList();
  }

  @Test
  void whatIsAsItWasPasses() throws Exception {
    assertThat(problems()).isEmpty();
    Files.writeString(project.folder().resolve("V1__one.sql"), "CREATE TABLE one ();\r\n");
    project
        .with("U1__one.sql", "DROP TABLE IF EXISTS one;\n")
        .with("R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT 2 AS one;\n")
        .with("V4__four.sql", "CREATE TABLE four ();\n");
    assertThat(problems()).isEmpty();
    commit();
    assertThat(problems()).isEmpty();
  }

  @Test
  void editedDeletedAndRenamedOnesAreNamed() {
    project
        .with("V1__one.sql", "CREATE TABLE one (id int);\n")
        .without("V3__three.sql")
        .without("R__view.sql");
    assertThat(problems())
        .containsExactlyInAnyOrder(
            "V1__one.sql was edited since main, and may be applied already",
            "V3__three.sql was deleted since main, and may be applied already",
            "R__view.sql was deleted since main, and may be applied already");
    project
        .with("V1__one.sql", "CREATE TABLE one ();\n")
        .with("V3__drei.sql", "CREATE TABLE three ();\n")
        .with("R__view.sql", "SELECT 1;");
    assertThat(problems())
        .containsExactly("V3__drei.sql was renamed since main, where it is V3__three.sql");
  }

  @Test
  void aCommentCounts() {
    project.with("V1__one.sql", "-- why\nCREATE TABLE one ();\n");
    assertThat(problems()).singleElement().asString().contains("was edited");
  }

  @Test
  void newOnesComeAfterTheNewest() {
    project.with("V2__two.sql", "CREATE TABLE two ();\n");
    assertThat(problems())
        .containsExactly("V2__two.sql is new, and older than 3, the newest in main");
  }

  @Test
  void whatWasMergedMeanwhileIsNoDeletion() throws Exception {
    git("checkout", "--quiet", "main");
    project.with("V5__five.sql", "CREATE TABLE five ();\n");
    commit();
    git("checkout", "--quiet", "work");
    assertThat(problems()).isEmpty();
    project.with("V4__four.sql", "CREATE TABLE four ();\n");
    assertThat(problems())
        .containsExactly("V4__four.sql is new, and older than 5, the newest in main");
    project.without("V4__four.sql").with("V5__mine.sql", "CREATE TABLE mine ();\n");
    assertThat(problems())
        .containsExactly("V5__mine.sql version 5 is taken in main, by V5__five.sql");
  }

  @Test
  void anEarlierStateThatWasFaultyIsNotComparedWith() throws Exception {
    git("checkout", "--quiet", "main");
    project.with("V3__again.sql", "SELECT 1;\n");
    commit();
    git("checkout", "--quiet", "-b", "mended");
    project.without("V3__again.sql");
    assertThat(since("main"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.level()).isEqualTo(CheckFinding.Level.WARNING);
              assertThat(finding.detail()).contains("at main").doesNotContain("gwdb-check");
            });
  }

  @Test
  void aFolderThatIsNewHasNothingToCompare() {
    Project fresh = new Project(root.resolve("new")).with("V1__other.sql", "SELECT 1;");
    assertThat(new SinceCheck(fresh.set(), fresh.folder(), "main").run()).isEmpty();
  }

  @Test
  void saysWhatIsMissing(@TempDir Path elsewhere) {
    assertThatThrownBy(() -> since("origin/main"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no commit called 'origin/main'");
    assertThatThrownBy(() -> since("--output=/tmp/x"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no commit called");
    assertThatThrownBy(() -> new SinceCheck(project.set(), elsewhere, "main").run())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("not a git repository");
  }
}
