package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ScratchPostgres.class)
final class PrepareTest {
  /** Surefire's working directory is the module's. */
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  private static final String TABLES = "dev/gatewaydb/schema/jooq/tables/";

  @TempDir private Path folder;

  @Test
  void theCommittedTypesAreInStepWithTheMigrations() {
    Result result = Project.in(folder).run(Optional.of(CHECKOUT), "prepare", "--check");
    assertThat(result.err()).isEmpty();
    assertThat(result.exits(0).out()).isEqualTo("the types are in step with the migrations\n");
  }

  @Test
  void listsAndMendsWhatDiffers() throws IOException {
    Path committed = CHECKOUT.resolve("schema/src/generated/java");
    Path out = folder.resolve("types");
    copy(committed, out);
    Path tables = out.resolve(TABLES);
    Files.writeString(tables.resolve("ApiKeys.java"), "// edited");
    Files.delete(tables.resolve("GatewayMetadata.java"));
    Files.writeString(tables.resolve("Extra.java"), "// not generated");
    Path beside = Files.writeString(out.resolve("Other.java"), "// not in our package");

    Result check = Project.in(folder).run("prepare", "--check", "--out", "types").exits(1);
    assertThat(check.out()).isEmpty();
    assertThat(check.errors()).containsExactly("query data is out of sync");
    assertThat(check.err().lines().skip(1))
        .containsExactly(
            "  changed " + TABLES + "ApiKeys.java",
            "  gone " + TABLES + "Extra.java",
            "  new " + TABLES + "GatewayMetadata.java",
            "  Run 'gwdb prepare' and commit what it changes.");
    assertThat(tables.resolve("ApiKeys.java")).hasContent("// edited");
    assertThat(tables.resolve("Extra.java")).exists();

    Result mended = Project.in(folder).run("prepare", "--out", "types").exits(0);
    assertThat(mended.err()).isEmpty();
    assertThat(mended.out().lines())
        .containsExactly(
            "changed " + TABLES + "ApiKeys.java",
            "gone " + TABLES + "Extra.java",
            "new " + TABLES + "GatewayMetadata.java",
            "3 files in " + out);
    assertThat(beside).exists();
    Files.delete(beside);
    assertThat(new SourceTrees(out, committed, "").differing()).isEmpty();
  }

  /** Closing any descriptor of a locked file drops the process's lock on it: see LeftOvers. */
  @Test
  void leavesRunningScratchServersAlone(ScratchDatabase database) throws SQLException {
    Project.in(folder).run("prepare", "--check", "--out", "none").exits(1);
    try (GwdbProcess other = Project.in(folder).process("prepare", "--check", "--out", "none")) {
      other.result().exits(1);
    }
    try (Connection connection = database.dataSource().getConnection()) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  @Test
  void saysWhenThereIsNoCheckout() {
    Result result = Project.in(folder).run("prepare", "--check").exits(2);
    assertThat(result.errors().get(0)).contains("no checkout");
    assertThat(result.err()).contains("--out");
  }
}
