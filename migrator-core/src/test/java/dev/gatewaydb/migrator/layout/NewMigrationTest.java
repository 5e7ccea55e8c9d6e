package dev.gatewaydb.migrator.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.testing.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NewMigrationTest {
  private static final Instant NOW = Instant.parse("2026-11-21T23:59:59.999Z");

  @TempDir private Path folder;

  @Test
  void writesAPair() throws Exception {
    List<Path> files = NewMigration.create(folder, "add_user_roles", NOW);
    assertThat(files)
        .containsExactly(
            folder.resolve("V20261121235959__add_user_roles.sql"),
            folder.resolve("U20261121235959__add_user_roles.sql"));
    for (Path file : files) {
      assertThat(Files.readString(file)).startsWith("-- ").contains("add user roles");
    }
    assertThat(MigrationSet.read(folder).migrations())
        .singleElement()
        .matches(Migration::reversible);
  }

  @Test
  void neverWritesATimestampTwice() {
    for (int i = 0; i < 10; i++) {
      NewMigration.create(folder, "name_" + i, NOW);
    }
    List<Migration> migrations = MigrationSet.read(folder).migrations();
    assertThat(migrations).extracting(Migration::version).hasSize(10).doesNotHaveDuplicates();
    assertThat(migrations).extracting(Migration::version).contains("20261122000008");
  }

  @Test
  void comesAfterTheNewest() {
    new Project(folder).with("V20991231235959__late.sql", "SELECT 1;");
    assertThat(NewMigration.create(folder, "next", NOW).getFirst().getFileName())
        .hasToString("V21000101000000__next.sql");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Add", "add-x", "add__x", "_x", "x_", "1x", "add x", "../x", "größe", "x.sql"})
  void refusesOtherNames(String name) throws Exception {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> NewMigration.create(folder, name, NOW))
        .withMessageContaining("'" + name + "'");
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void refusesANameThatExists() {
    NewMigration.create(folder, "taken", NOW);
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> NewMigration.create(folder, "taken", NOW.plusSeconds(60)))
        .withMessageContaining("V20261121235959__taken.sql");
  }

  @Test
  void refusesAnotherNumbering() {
    new Project(folder).with("V3__old.sql", "SELECT 1;");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> NewMigration.create(folder, "next", NOW))
        .withMessageContaining("3, is not a timestamp");
  }
}
