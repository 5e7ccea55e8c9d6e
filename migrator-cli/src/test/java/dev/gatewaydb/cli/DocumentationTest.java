package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.scratch.LocalServer;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documentation tells people to type works. */
@ExtendWith(ScratchPostgres.class)
@Timeout(480)
final class DocumentationTest {
  private static final Path DOCS = Path.of("..", "docs");

  @TempDir private Path folder;

  @AfterEach
  void stopLocalDev() {
    new LocalServer(folder.resolve(".gwdb/postgres")).stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cli.md", "fleet.md", "operations.md", "secrets.md"})
  void everyExampleRuns(String file, ScratchDatabase database) throws Exception {
    Project project = Project.in(folder).with("TEST_URL", database.settings().uri());
    if (file.equals("secrets.md")) {
      project = project.with(database);
    }
    try (MarkdownShell shell = new MarkdownShell(project)) {
      shell.run(DOCS.resolve(file));
    }
  }

  @Test
  void fewBlocksAreOnlyForShow() throws IOException {
    assertThat(MarkdownShell.blocks(DOCS.resolve("cli.md")))
        .hasSizeGreaterThan(5)
        .filteredOn(block -> !block.runs())
        .hasSizeLessThan(3);
  }

  @Test
  void theRunnerNoticesFailures() throws Exception {
    Path markdown = folder.resolve("x.md");
    try (MarkdownShell shell = new MarkdownShell(Project.in(folder))) {
      for (String block :
          new String[] {
            "false\ntrue", "true # exit 1", "gwdb --nonsense # exit 3", "test -e no/such"
          }) {
        Files.writeString(markdown, "text\n\n```sh\n" + block + "\n```\n");
        assertThatThrownBy(() -> shell.run(markdown)).isInstanceOf(AssertionError.class);
      }
      Files.writeString(markdown, "```sh\nfalse # exit 1\n```\n\n```sh no-run\nfalse\n```\n");
      assertThatCode(() -> shell.run(markdown)).doesNotThrowAnyException();
    }
  }
}
