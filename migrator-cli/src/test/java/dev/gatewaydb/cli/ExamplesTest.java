package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.LocalServer;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
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
        // docs/backups.md runs those of backups, on a server whose pg_dump is there.
        .allMatch(
            block -> block.runs() || block.commands().getFirst().startsWith("gwdb backup create"));
    try (MarkdownShell shell = new MarkdownShell(project)) {
      shell.run(readme);
    }
  }

  /** Runs a folder's files as another tool would, in their order, and gives them back. */
  private static List<Path> run(ScratchDatabase old, Path migrations, String glob)
      throws Exception {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(migrations, glob)) {
      found.forEach(files::add);
    }
    files.sort(null);
    for (Path file : files) {
      Sql.executeFile(old, file);
    }
    return files;
  }

  private static String version(Path file) {
    return file.getFileName().toString().replaceFirst("^V?(\\d+)_.*", "$1");
  }

  @Test
  void silentPulse(ScratchDatabase database, ScratchDatabase old, ScratchDatabase initDb)
      throws Exception {
    Project project = example("silentpulse", database);
    String extensions = "CREATE EXTENSION \"uuid-ossp\"; CREATE EXTENSION pgcrypto;";
    Sql.execute(initDb, extensions);
    run(initDb, folder.resolve("migrations"), "000001_*.up.sql");
    Sql.execute(old, extensions);
    run(old, folder.resolve("migrations"), "*.up.sql");
    Sql.execute(
        old,
        """
        CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
        INSERT INTO schema_migrations VALUES (3, false);
        """);
    SilentPulseCredentials credentials = new SilentPulseCredentials("ab".repeat(32), "pulse");
    credentials.insert(initDb);
    String next = "cd".repeat(32);
    walkThrough(
        project
            .with("OLD_URL", old.settings().uri())
            .with("EXISTING_URL", initDb.settings().uri())
            .with("CURRENT_KEY", "ab".repeat(32))
            .with("NEXT_KEY", next));
    assertThat(new SilentPulseCredentials(next, "pulse").read(initDb))
        .containsExactly(
            "ai_configs 2 c4n4ry-3",
            "integration_points 2 c4n4ry-1",
            "notification_channels 2 c4n4ry-2");
  }

  private static final String SQLX_TABLE =
      """
      CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
          installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL,
          checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL)
      """;

  private static String sqlxRow(Path file, byte[] applied) throws Exception {
    return "INSERT INTO _sqlx_migrations VALUES (%s, 'd', now(), true, '\\x%s', 1)"
        .formatted(
            version(file),
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-384").digest(applied)));
  }

  @Test
  void smally(ScratchDatabase database, ScratchDatabase old) throws Exception {
    Project project = example("smally", database);
    Sql.execute(old, SQLX_TABLE);
    for (Path file : run(old, folder.resolve("migrations"), "*.sql")) {
      Sql.execute(old, sqlxRow(file, Files.readAllBytes(file)));
    }
    walkThrough(project.with("OLD_URL", old.settings().uri()));
  }

  @Test
  void rackGateway(ScratchDatabase database, ScratchDatabase old) throws Exception {
    Project project = example("rack-gateway", database);
    Sql.execute(
        old,
        """
        CREATE TABLE schema_migrations (
            version TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())
        """);
    for (Path file : run(old, folder.resolve("migrations"), "*.sql")) {
      Sql.execute(old, "INSERT INTO schema_migrations VALUES ('%s')".formatted(version(file)));
    }
    walkThrough(project.with("OLD_URL", old.settings().uri()));
  }

  @Test
  void newton(ScratchDatabase database, ScratchDatabase old) throws Exception {
    Path home = folder.resolve("checkout");
    for (String sources :
        List.of("schema/src/main/resources/db/migration", "schema/src/generated/java")) {
      copy(Path.of("..", sources), home.resolve(sources));
    }
    Sql.execute(old, SQLX_TABLE);
    Path migrations = home.resolve("schema/src/main/resources/db/migration");
    for (Path file : run(old, migrations, "V{202512,202602}*.sql")) {
      Sql.execute(old, sqlxRow(file, new byte[0]));
    }
    try (MarkdownShell shell =
        new MarkdownShell(on(database).with("OLD_URL", old.settings().uri()), Optional.of(home))) {
      shell.run(DOCS.resolve("newton.md"));
    }
    assertThat(migrations).isDirectoryContaining("glob:**__add_user_roles.sql");
  }
}
