package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.LocalServer;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The deployments' walk-throughs work as they stand. */
@ExtendWith(ScratchPostgres.class)
@Timeout(240)
final class ExamplesTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path EXAMPLES = DOCS.resolve("examples");

  @TempDir private Path folder;

  @AfterEach
  void stopLocalDev() {
    new LocalServer(folder.resolve(".gwdb/postgres")).stop();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /** A copy, since the walk-through writes into it. */
  private Project example(String name, ScratchDatabase database) throws IOException {
    copy(EXAMPLES.resolve(name), folder);
    return on(database);
  }

  /** Throw-away databases on the server that runs already. */
  private Project on(ScratchDatabase database) {
    return Project.in(folder).with(database).with("GWDB_SCRATCH", database.settings().uri());
  }

  private void walkThrough(Project project) throws Exception {
    Path readme = folder.resolve("README.md");
    assertThat(MarkdownShell.blocks(readme))
        .hasSizeGreaterThan(4)
        .allMatch(MarkdownShell.Block::runs);
    try (MarkdownShell shell = new MarkdownShell(project)) {
      shell.run(readme);
    }
  }

  @Test
  void silentPulse(ScratchDatabase database, ScratchDatabase existing) throws Exception {
    Project project = example("silentpulse", database);
    Path initial = folder.resolve("migrations/000001_initial_schema.up.sql");
    try (Connection connection = existing.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE EXTENSION \"uuid-ossp\"; CREATE EXTENSION pgcrypto");
      statement.execute(Files.readString(initial));
    }
    SilentPulseCredentials credentials = new SilentPulseCredentials("ab".repeat(32), "pulse");
    credentials.insert(existing);
    String next = "cd".repeat(32);
    walkThrough(
        project
            .with("EXISTING_URL", existing.settings().uri())
            .with("CURRENT_KEY", "ab".repeat(32))
            .with("NEXT_KEY", next));
    assertThat(new SilentPulseCredentials(next, "pulse").read(existing))
        .containsExactly(
            "ai_configs 2 c4n4ry-3",
            "integration_points 2 c4n4ry-1",
            "notification_channels 2 c4n4ry-2");
  }

  @Test
  void smally(ScratchDatabase database) throws Exception {
    walkThrough(example("smally", database));
  }

  @Test
  void rackGateway(ScratchDatabase database) throws Exception {
    walkThrough(example("rack-gateway", database));
  }

  @Test
  void newton(ScratchDatabase database) throws Exception {
    Path home = folder.resolve("checkout");
    for (String sources :
        List.of("schema/src/main/resources/db/migration", "schema/src/generated/java")) {
      copy(Path.of("..", sources), home.resolve(sources));
    }
    try (MarkdownShell shell = new MarkdownShell(on(database), Optional.of(home))) {
      shell.run(DOCS.resolve("newton.md"));
    }
    assertThat(home.resolve("schema/src/main/resources/db/migration"))
        .isDirectoryContaining("glob:**__add_user_roles.sql");
  }
}
