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

/** What the documentation tells people to type works. */
@ExtendWith(ScratchPostgres.class)
@Timeout(240)
final class DocumentationTest {
  private static final Path DOCS = Path.of("..", "docs");

  @TempDir private Path folder;

  @AfterEach
  void stopLocalDev() {
    new LocalServer(folder.resolve(".gwdb/postgres")).stop();
  }

  @Test
  void theCommandLine(ScratchDatabase database) throws Exception {
    new MarkdownShell(Project.in(folder).with("TEST_URL", database.settings().uri()))
        .run(DOCS.resolve("cli.md"));
  }

  @Test
  void aFleet(ScratchDatabase database) throws Exception {
    new MarkdownShell(Project.in(folder).with("TEST_URL", database.settings().uri()))
        .run(DOCS.resolve("fleet.md"));
  }

  @Test
  void fewBlocksAreOnlyForShow() throws IOException {
    assertThat(MarkdownShell.blocks(DOCS.resolve("cli.md")))
        .hasSizeGreaterThan(5)
        .filteredOn(block -> !block.runs())
        .hasSizeLessThan(3);
  }

  @Test
  void theRunnerNoticesFailures() throws IOException {
    MarkdownShell shell = new MarkdownShell(Project.in(folder));
    Path markdown = folder.resolve("x.md");
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
