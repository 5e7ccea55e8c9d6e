package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** new, revert, goto, force, repair, baseline and migrate's options, by exit code and message. */
@ExtendWith(ScratchPostgres.class)
final class LifeCommandsTest {
  private static final String NEWEST = Shipped.NEWEST;
  private static final String LAST_SIMPLE = "20260220100000";
  private static final String BEFORE_USAGE = "20261121102000";

  @TempDir private Path folder;

  private Project on(ScratchDatabase database) {
    return Project.in(folder).with(database).with("GWDB_SCRATCH", database.settings().uri());
  }

  private static String current(Project project) {
    return project.run("status", "--json").exits(0).json().get("currentVersion").asText();
  }

  @Test
  void asksBeforeItReverts(@Migrated ScratchDatabase database) {
    Project project = on(database);
    Result refused = project.run("revert", "--accept-loss", "all").exits(4);
    assertThat(refused.err()).contains("to be reverted").contains(NEWEST).contains("--yes");
    assertThat(refused.out()).isEmpty();
    assertThat(current(project)).isEqualTo(NEWEST);

    assertThat(project.run("revert", "--yes", "--accept-loss", "all").exits(0).out())
        .startsWith("1 reverted; the database is at version " + Shipped.BEFORE_NEWEST + " (");
    assertThat(project.run("migrate").exits(0).out()).startsWith("1 applied, 0 pending; ");
  }

  @Test
  void saysWhatWouldBeLost(@Migrated ScratchDatabase database) {
    Project project = on(database);
    Result refused = project.run("revert", "--to", BEFORE_USAGE, "--yes").exits(4);
    assertThat(refused.err())
        .contains("loses table api_key_usage, about 0 rows")
        .contains("error: reverting would lose ")
        .contains("--accept-loss ");
    assertThat(current(project)).isEqualTo(NEWEST);

    Result some =
        project
            .run("revert", "--to", BEFORE_USAGE, "--yes", "--accept-loss", "api_key_usage")
            .exits(4);
    assertThat(some.err()).contains("api_key_usage, about 0 rows (accepted)");
    Result many = project.run("revert", "--to", LAST_SIMPLE, "--yes").exits(4);
    assertThat(many.errors()).singleElement().asString().matches("reverting .* \\d+ things .*");
    assertThat(many.err().lines()).allMatch(line -> line.length() <= 120);
    project
        .run(
            "revert",
            "--to",
            BEFORE_USAGE,
            "--yes",
            "--accept-loss",
            "api_key_usage",
            "--accept-loss",
            "gateway_metadata",
            "--accept-loss",
            "api_key_change",
            "--accept-loss",
            "api_key_previous_hash",
            "--accept-loss",
            "api_keys.pepper_id",
            "--accept-loss",
            "api_keys.rotated_at",
            "--accept-loss",
            "policy_client_secret.revision")
        .exits(0);
    assertThat(current(project)).isEqualTo(BEFORE_USAGE);
  }

  @Test
  void goesToAVersionEitherWay(@Migrated ScratchDatabase database) {
    Project project = on(database);
    project.run("goto", BEFORE_USAGE, "--yes", "--accept-loss", "all").exits(0);
    assertThat(current(project)).isEqualTo(BEFORE_USAGE);
    assertThat(project.run("goto", "0", "--yes", "--accept-loss", "all").exits(0).out())
        .contains("the database is at version " + LAST_SIMPLE);
    assertThat(project.run("goto", NEWEST, "--json").exits(0).json().get("toVersion").asText())
        .isEqualTo(NEWEST);
    assertThat(project.run("goto", NEWEST).exits(0).out()).startsWith("0 reverted; ");
    assertThat(project.run("goto", "123").exits(2).err()).contains("no migration with version 123");
  }

  @Test
  void aSimpleMigrationNamesItsReference(@Migrated ScratchDatabase database) {
    Project project = on(database);
    Result refused = project.run("revert", "--count", "" + (Shipped.COUNT - 4), "--yes").exits(4);
    assertThat(refused.err())
        .contains("V20260220100000__api_keys_add_id_pk.sql is a simple migration")
        .contains("rollback_reference/20260220100000_api_keys_add_id_pk.sql");
    assertThat(current(project)).isEqualTo(NEWEST);
  }

  @Test
  void forcesTheHistoryAndKeepsWhy(@Migrated ScratchDatabase database) throws Exception {
    Project project = on(database);
    assertThat(project.run("force", Shipped.BEFORE_NEWEST, "--reason", "by hand").exits(0).out())
        .isEqualTo("not applied: %s%n1 history row changed; nothing was run%n".formatted(NEWEST));
    assertThat(Sql.value(database, "SELECT action || ' ' || reason FROM gwdb_journal"))
        .isEqualTo("force by hand");
    assertThat(Sql.value(database, "SELECT operator FROM gwdb_journal"))
        .isEqualTo(System.getProperty("user.name"));
    assertThat(project.run("force", "123", "--reason", "x").exits(2).errors())
        .containsExactly("there is no migration with version 123");
    assertThat(project.run("force", NEWEST).exits(2).err()).contains("--reason");
  }

  @Test
  void repairsAfterShowing(@Migrated ScratchDatabase database) throws Exception {
    Project project = on(database);
    assertThat(project.run("repair").exits(0).out()).startsWith("0 entries cleared");
    Sql.value(
        database,
        "UPDATE flyway_schema_history SET success = false WHERE version = '%s' RETURNING version"
            .formatted(NEWEST));
    assertThat(project.run("migrate").exits(6).err()).contains("gwdb repair");
    assertThat(project.run("repair").exits(4).err())
        .contains("failed history row of version " + NEWEST)
        .contains("--yes");
    assertThat(project.run("repair", "--yes").exits(0).out()).startsWith("1 entry cleared");
  }

  @Test
  void refusesABaselineOfOtherTables(ScratchDatabase empty, @Migrated ScratchDatabase migrated) {
    assertThat(on(empty).run("baseline", LAST_SIMPLE).exits(4).err()).contains("policy_client");
    assertThat(on(empty).run("baseline", "20990101000000").exits(2).err()).contains("20990101");
    assertThat(on(migrated).run("baseline", NEWEST).exits(4).err()).contains("history already");
  }

  @Test
  void migratesUpToAVersionAndTriesTheRest(ScratchDatabase database) {
    Project project = on(database);
    assertThat(project.run("migrate", "--to", LAST_SIMPLE).exits(0).out())
        .startsWith(
            "5 applied, "
                + (Shipped.COUNT - 5)
                + " pending; the database is at version "
                + LAST_SIMPLE);
    Result dry = project.run("migrate", "--dry-run").exits(0);
    assertThat(dry.out())
        .contains("would apply " + NEWEST)
        .contains((Shipped.COUNT - 5) + " would be applied");
    assertThat(dry.err()).contains("dry run on ");
    assertThat(current(project)).isEqualTo(LAST_SIMPLE);
    assertThat(project.run("migrate", "--to", "123").exits(2).err()).contains("version 123");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "migrate --lock-timeout soon",
        "migrate --lock-timeout -1s",
        "migrate --lock-retries -1",
        "migrate --lock-retries x",
        "revert --count 0",
        "revert --count 1 --to 0",
        "goto",
        "force 1",
        "baseline",
        "new",
        "new Bad",
        "new a --name b",
      })
  void refusesBadUsage(String line, ScratchDatabase database) {
    Result refused = on(database).run(line.split(" ")).exits(2);
    assertThat(refused.err()).isNotBlank();
    assertThat(refused.out()).isEmpty();
  }

  @Test
  void writesTenNewOnesAtOnce() throws Exception {
    Project project = Project.in(folder);
    Path migrations = Files.createDirectory(folder.resolve("m"));
    CyclicBarrier barrier = new CyclicBarrier(10);
    try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
      List<Future<Result>> results = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        String name = "name_" + i;
        results.add(
            threads.submit(
                () -> {
                  barrier.await();
                  return project.run("new", name, "--dir", "m");
                }));
      }
      for (Future<Result> result : results) {
        assertThat(result.get(30, TimeUnit.SECONDS).exits(0).out()).hasLineCount(2);
      }
    }
    try (var files = Files.list(migrations)) {
      assertThat(files.map(f -> f.getFileName().toString().split("__", 2)[0]))
          .hasSize(20)
          .doesNotHaveDuplicates();
    }
    assertThat(project.run("new", "name_3", "--dir", "m").exits(4).err()).contains("name_3.sql");
  }
}
