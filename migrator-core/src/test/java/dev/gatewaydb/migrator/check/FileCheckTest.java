package dev.gatewaydb.migrator.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatewaydb.migrator.check.CheckFinding.Level;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.testing.Project;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileCheckTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "004_add_users.sql, ERROR",
    "5_add.up.sql, ERROR",
    "5_add.SQL, ERROR",
    "5_add.up.pgsql, ERROR",
    "2026.sql, WARNING",
    "seed.sql, WARNING",
    "old/004_add_users.sql, WARNING",
    "rollback_reference/1_one.sql, ",
    "README.md, ",
  })
  void foreignFilesAreNamed(String file, Level level) {
    Project project = new Project(folder).with("V1__one.sql", "SELECT 1;").with(file, "SELECT 1;");
    if (level == null) {
      assertThat(FileCheck.run(project.set())).isEmpty();
    } else {
      assertThat(FileCheck.run(project.set()))
          .singleElement()
          .satisfies(
              finding -> {
                assertThat(finding.file()).isEqualTo(file);
                assertThat(finding.level()).isEqualTo(level);
              });
      assertThat(FileCheck.strays(project.set()))
          .isEqualTo(level == Level.ERROR ? List.of(file) : List.of());
    }
  }

  @Test
  void pairsHaveOneName() {
    Project project =
        new Project(folder)
            .with("V1__one.sql", "SELECT 1;")
            .with("U1__one.sql", "SELECT 1;")
            .with("V2__add_two.sql", "SELECT 1;")
            .with("U2__drop_three.sql", "SELECT 1;");
    assertThat(FileCheck.run(project.set()))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.file()).isEqualTo("U2__drop_three.sql");
              assertThat(finding.message()).contains("V2__add_two.sql");
            });
  }

  @Test
  void faultsOfTheFolderAreTakenApart() {
    Project project =
        new Project(folder).with("v1__one.sql", "SELECT 1;").with("U2__two.sql", "SELECT 1;");
    ConfigurationException faults =
        catchThrowableOfType(ConfigurationException.class, project::set);
    assertThat(FileCheck.ofFaults(folder, faults))
        .extracting(CheckFinding::file)
        .containsExactlyInAnyOrder("v1__one.sql", "U2__two.sql");
    assertThat(
            FileCheck.ofFaults(folder, new ConfigurationException("DATABASE_URL is not set", "")))
        .isEmpty();
  }
}
