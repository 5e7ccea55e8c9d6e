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
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NewMigrationTest {
  private static final Instant NOW = Instant.parse("2026-11-21T23:59:59.999Z");

  @TempDir private Path folder;

  @Test
  void writesAPair() throws Exception {
    List<Path> files = create("add_user_roles", NOW);
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
      create("name_" + i, NOW);
    }
    List<Migration> migrations = MigrationSet.read(folder).migrations();
    assertThat(migrations).extracting(Migration::version).hasSize(10).doesNotHaveDuplicates();
    assertThat(migrations).extracting(Migration::version).contains("20261122000008");
  }

  @Test
  void comesAfterTheNewest() {
    new Project(folder).with("V20991231235959__late.sql", "SELECT 1;");
    assertThat(create("next", NOW).getFirst().getFileName())
        .hasToString("V21000101000000__next.sql");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Add", "add-x", "add__x", "_x", "x_", "1x", "add x", "../x", "größe", "x.sql"})
  void refusesOtherNames(String name) throws Exception {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> create(name, NOW))
        .withMessageContaining("'" + name + "'");
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void refusesANameThatExists() {
    create("taken", NOW);
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> create("taken", NOW.plusSeconds(60)))
        .withMessageContaining("V20261121235959__taken.sql");
  }

  @ParameterizedTest
  @CsvSource({
    "FLYWAY, V3__old.sql, V4__next.sql",
    "FLYWAY, V20261121__old.sql, V20261122__next.sql",
    "FLYWAY, V20261120__old.sql, V20261121__next.sql",
    "FLYWAY, V202601010000__old.sql, V202611212359__next.sql",
    "SQLX, 20260101000000_old.sql, 20261121235959_next.sql",
    "SQLX, 0009_old.sql, 0010_next.sql",
    "SQLX, 9_old.sql, 10_next.sql",
    "SQLX, 20260101000000_old.up.sql, 20261121235959_next.up.sql",
    "GOLANG_MIGRATE, 000009_old.up.sql, 000010_next.up.sql",
    "GOLANG_MIGRATE, 999_old.up.sql, 1000_next.up.sql",
    "GOLANG_MIGRATE, 1500000000_old.up.sql, 1795305599_next.up.sql",
    "GOLANG_MIGRATE, 1795305599_old.up.sql, 1795305600_next.up.sql",
    "GOLANG_MIGRATE, 20269999999999_old.up.sql, 20270000000000_next.up.sql",
    "PLAIN, 0001_old.sql, 0002_next.sql",
    "PLAIN, 20260101000000_old.sql, 20261121235959_next.sql",
    "PLAIN, 2024-01-02_old.sql, 2026-11-21_next.sql",
    "PLAIN, 2026-11-21_old.sql, 2026-11-22_next.sql",
  })
  void goesOnAsTheFolderDoes(Layout layout, String existing, String next) throws Exception {
    new Project(folder).with(existing, "SELECT 1;");

    List<Path> files = NewMigration.create(folder, layout, "next", Optional.empty(), NOW);

    assertThat(files.getFirst().getFileName()).hasToString(next);
    boolean pair = layout == Layout.FLYWAY || next.endsWith(".up.sql");
    assertThat(files).hasSize(pair ? 2 : 1);
    Migration newest = MigrationSet.read(folder, layout).migrations().getLast();
    assertThat(newest.up().name()).isEqualTo(next);
    assertThat(newest.reversible()).isEqualTo(pair);
  }

  @Test
  void writesTheKindThatIsAskedFor() {
    assertThat(names(Layout.SQLX, "one", NewMigration.Kind.SIMPLE))
        .containsExactly("20261121235959_one.sql");
    assertThat(names(Layout.SQLX, "two", NewMigration.Kind.REVERSIBLE))
        .containsExactly("20261122000000_two.up.sql", "20261122000000_two.down.sql");
    assertThat(names(Layout.GOLANG_MIGRATE, "three", NewMigration.Kind.SIMPLE))
        .containsExactly("20261122000001_three.up.sql");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> names(Layout.PLAIN, "four", NewMigration.Kind.REVERSIBLE));
  }

  private List<String> names(Layout layout, String name, NewMigration.Kind kind) {
    return NewMigration.create(folder, layout, name, Optional.of(kind), NOW).stream()
        .map(file -> file.getFileName().toString())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"FLYWAY, V1.2__old.sql", "PLAIN, 2024-01-02-a_old.sql"})
  void refusesAnotherNumbering(Layout layout, String existing) {
    new Project(folder).with(existing, "SELECT 1;");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> NewMigration.create(folder, layout, "next", Optional.empty(), NOW))
        .withMessageContaining("is neither a time nor a number");
  }

  @Test
  void refusesANumberThatWouldSortFirst() throws Exception {
    new Project(folder).with("9999_old.sql", "SELECT 1;");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> NewMigration.create(folder, Layout.PLAIN, "next", Optional.empty(), NOW))
        .withMessageContaining("after 9999, 10000 would come first");
    assertThat(folder).isDirectoryNotContaining("glob:**10000*");
  }

  private List<Path> create(String name, Instant now) {
    return NewMigration.create(folder, Layout.FLYWAY, name, Optional.empty(), now);
  }
}
