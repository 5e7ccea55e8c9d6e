package dev.gatewaydb.migrator.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.testing.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which layout a folder has, by its names and by the project around it. */
final class LayoutDetectionTest {
  @TempDir private Path root;
  private Path folder;

  @BeforeEach
  void make() throws IOException {
    folder = Files.createDirectories(root.resolve("db/migrations"));
  }

  private void files(String names) {
    Project project = new Project(folder);
    for (String name : names.split(" ", -1)) {
      project.with(name, "SELECT 1;");
    }
  }

  private Layout detected() {
    return Layout.detect(folder, root);
  }

  private ConfigurationException question() {
    ConfigurationException thrown =
        catchThrowableOfType(ConfigurationException.class, this::detected);
    assertThat(thrown).isNotNull();
    return thrown;
  }

  @ParameterizedTest
  @CsvSource({
    "FLYWAY, V1__a.sql U1__a.sql README.md",
    "FLYWAY, sub/V1__a.sql afterMigrate.sql",
    "FLYWAY, R__view.sql",
    "FLYWAY, v1__near_miss.sql",
    "FLYWAY, afterMigrate.sql",
    "FLYWAY, V1__a.sql seed_data.sql schema.sql",
    "FLYWAY, README.md prerequisites.sql",
    "FLYWAY, V1__a.sql V2__b.sql 3_c.sql",
    "FLYWAY, sub/V1__a.sql sub/V2__b.sql 000003_c.up.sql",
    "SQLX, 20260212100000_a.sql 20260213100000_b.sql",
    "SQLX, 0001_a.sql 0002_b.sql",
    "SQLX, 1_a.sql 2_b.up.sql 2_b.down.sql",
    "GOLANG_MIGRATE, 000001_a.up.sql 000001_a.down.sql 000002_b.up.sql",
    "PLAIN, 2024-01-02_a.sql 2024-01-03_b.sql",
    "PLAIN, 001_a.sql 001b_b.sql",
  })
  void isToldByTheNames(Layout layout, String names) {
    files(names);
    assertThat(detected()).isEqualTo(layout);
  }

  @Test
  void anEmptyFolderHasOurOwn() {
    assertThat(detected()).isEqualTo(Layout.FLYWAY);
  }

  @ParameterizedTest
  @CsvSource({
    "1_a.up.sql 1_a.down.sql, sqlx, golang-migrate",
    "20260212100000_a.up.sql 20260212100000_a.down.sql, sqlx, golang-migrate",
    "1_a.sql 2_b.sql 10_c.sql, sqlx, plain",
    "V1__a.sql 20260212100000_b.sql, flyway, sqlx",
    "V1__a.sql 20260212100000_b.sql 20260213100000_c.sql, flyway, sqlx",
  })
  void asksWhereTwoFit(String names, String one, String other) {
    files(names);
    ConfigurationException question = question();
    assertThat(question).hasMessageContaining("'" + one + "' and '" + other + "'");
    assertThat(question.nextStep())
        .contains("[migrations]")
        .contains("layout = \"" + one + "\" or layout = \"" + other + "\"");
  }

  @ParameterizedTest
  @CsvSource({
    "SQLX, Cargo.toml, 1_a.up.sql 1_a.down.sql",
    "SQLX, db/Cargo.toml, 1_a.sql 2_b.sql 10_c.sql",
    "SQLX, db/migrations/sqlx.toml, 000001_a.sql",
    "GOLANG_MIGRATE, go.mod, 1_a.up.sql 1_a.down.sql",
    "GOLANG_MIGRATE, db/migrations/embed.go, 20260212100000_a.up.sql",
    "GOLANG_MIGRATE, go.mod, 1_a.up.sql 2_seed.sql",
    "PLAIN, go.mod, 20260212100000_a.sql 20260213100000_b.sql",
  })
  void theProjectAroundItDecides(Layout layout, String marker, String names) throws IOException {
    files(names);
    Files.writeString(root.resolve(marker), "");
    assertThat(detected()).isEqualTo(layout);
  }

  @Test
  void theNearestSignCountsAndTwoAtOnceSayNothing() throws IOException {
    files("1_a.up.sql");
    Files.writeString(root.resolve("Cargo.toml"), "");
    Files.writeString(root.resolve("db/go.mod"), "");
    assertThat(detected()).isEqualTo(Layout.GOLANG_MIGRATE);
    Files.writeString(root.resolve("db/Cargo.toml"), "");
    question();
    assertThat(
            catchThrowableOfType(ConfigurationException.class, () -> Layout.detect(folder, folder)))
        .isNotNull();
  }

  @Test
  void refusesAFolderOfOtherNames() {
    files("schema.sql seed_data.sql create.sql drop.sql");
    assertThat(question())
        .hasMessageContaining(
            "no file is named like a migration: create.sql, drop.sql, schema.sql and 1 more");
    assertThat(question().nextStep()).contains("V1__name.sql", "1_name.up.sql", "Sub-folders");
  }

  @ParameterizedTest
  @CsvSource({
    "diesel, 2018-01-14-171611_a/up.sql 2018-01-14-171611_a/down.sql",
    "Prisma, 20210101000000_a/migration.sql 20210102000000_b/migration.sql",
  })
  void knowsToolsWithAFolderForEach(String tool, String names) {
    for (String name : names.split(" ", -1)) {
      new Project(folder).with(name, "SELECT 1;");
    }
    assertThat(question().nextStep()).contains(tool + "'s form").contains("Copy");
  }
}
