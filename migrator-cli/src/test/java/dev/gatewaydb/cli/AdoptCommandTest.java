package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** adopt by exit code and output; how it tells the tools apart is tested in migrator-core. */
@ExtendWith(ScratchPostgres.class)
final class AdoptCommandTest {
  private final ScratchDatabase database;

  @TempDir private Path folder;

  AdoptCommandTest(ScratchDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void golangMigrateWasHere() throws Exception {
    Files.writeString(
        folder.resolve("gwdb.toml"),
        "[migrations]\ndirectory = \"migrations\"\nlayout = \"golang-migrate\"\n");
    Files.createDirectory(folder.resolve("migrations"));
    file("000001_a.up.sql", "CREATE TABLE a (id int PRIMARY KEY, name text);");
    file("000001_a.down.sql", "DROP TABLE a;");
    file("000002_b.up.sql", "CREATE TABLE b (id int);");
    file("000002_b.down.sql", "DROP TABLE b;");
    Sql.execute(
        database,
        """
        DROP TABLE IF EXISTS a, b, schema_migrations, flyway_schema_history, gwdb_journal;
        CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
        INSERT INTO schema_migrations VALUES (1, false);
        CREATE TABLE a (id int PRIMARY KEY, name text);
        """);
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve("migrations").resolve(name), text);
  }

  private Result gwdb(String... arguments) {
    return Project.in(folder)
        .with("DATABASE_URL", database.settings().uri())
        .with("GWDB_SCRATCH", database.settings().uri())
        .run(arguments);
  }

  /** Somebody who has not heard of gwdb.toml, in their own project with a live database. */
  @Test
  void theBuiltInSchemaDoesNotSlipIntoADatabaseThatAnotherToolMigrates() throws Exception {
    Files.delete(folder.resolve("gwdb.toml"));
    Project unnamed = new Project(folder, Map.of("DATABASE_URL", database.settings().uri()));
    for (List<String> command :
        List.of(
            List.of("migrate"),
            List.of("migrate", "--dry-run"),
            List.of("goto", "20260212100000"))) {
      Result refused = unnamed.run(command.toArray(String[]::new)).exits(ExitCode.REFUSED);
      assertThat(refused.err())
          .contains(
              "not ./migrations", "golang-migrate migrates this database", "write a gwdb.toml");
    }
    assertThat(unnamed.run("adopt").exits(ExitCode.REFUSED).err()).contains("write a gwdb.toml");
    assertThat(Sql.isUntouched(database)).isTrue();
    assertThat(unnamed.run("status").exits(ExitCode.DONE).err()).contains("not ./migrations");

    Files.createFile(folder.resolve("gwdb.toml"));
    gwdb("migrate", "--to", "20251213100000").exits(ExitCode.DONE);
    Files.delete(folder.resolve("gwdb.toml"));
    unnamed.run("migrate", "--to", "20251213100500").exits(ExitCode.DONE);
    Sql.execute(database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  }

  @Test
  void saysWhatItWouldDoDoesItAndFindsNothingTheSecondTime() throws Exception {
    Result refused = gwdb("migrate");
    refused.exits(ExitCode.REFUSED);
    assertThat(refused.err()).contains("golang-migrate has applied", "gwdb adopt");

    assertThat(gwdb("status").exits(ExitCode.DONE).err()).contains("'gwdb adopt'");

    Result dry = gwdb("adopt", "--dry-run");
    dry.exits(ExitCode.DONE);
    assertThat(dry.out())
        .contains("would adopt 1 migration from public.schema_migrations (golang-migrate)");
    assertThat(gwdb("status").out()).contains("000001").contains("pending");

    Result done = gwdb("adopt", "--json");
    done.exits(ExitCode.DONE);
    assertThat(done.json().get("adopted").toString()).isEqualTo("[\"000001\"]");
    assertThat(done.json().get("written").asBoolean()).isTrue();
    Result again = gwdb("adopt");
    again.exits(ExitCode.DONE);
    assertThat(again.out()).contains("nothing to adopt");
    assertThat(gwdb("status").exits(ExitCode.DONE).err()).isEmpty();
    assertThat(gwdb("migrate").exits(ExitCode.DONE).out()).contains("000002");
    gwdb("drift").exits(ExitCode.DONE);
  }

  /** golang-migrate's x-migrations-table: not ours, and no drift. */
  @Test
  void takesATableOfAnotherName() throws Exception {
    Sql.execute(database, "ALTER TABLE schema_migrations RENAME TO shop_migrations");
    assertThat(gwdb("status").err()).contains("shop_migrations says");
    gwdb("migrate").exits(ExitCode.REFUSED);
    assertThat(gwdb("adopt", "--table", "shop_migrations").exits(ExitCode.DONE).out())
        .contains("adopted 1 migration from public.shop_migrations");
    gwdb("migrate").exits(ExitCode.DONE);
    gwdb("drift").exits(ExitCode.DONE);
    Sql.execute(database, "DROP TABLE shop_migrations");
  }

  @Test
  void saysThatATableIsEmpty() throws Exception {
    Sql.execute(database, "TRUNCATE schema_migrations");
    assertThat(gwdb("adopt").exits(ExitCode.DONE).out())
        .contains("nothing to adopt: public.schema_migrations is empty");
  }

  @Test
  void aSchemaThatDiffersIsShownAndRefusedUntilAccepted() throws Exception {
    Sql.execute(database, "ALTER TABLE a DROP COLUMN name; CREATE INDEX extra ON a (id);");
    Result dry = gwdb("adopt", "--dry-run");
    dry.exits(ExitCode.FOUND);
    assertThat(dry.out()).contains("name").contains("extra");
    Result refused = gwdb("adopt");
    refused.exits(ExitCode.REFUSED);
    assertThat(refused.err()).contains("--accept-drift");
    gwdb("adopt", "--accept-drift").exits(ExitCode.DONE);
    gwdb("status", "--exit-code").exits(ExitCode.FOUND);
  }

  @Test
  void namesTheToolsThatItKnows() throws Exception {
    Result unknown = gwdb("adopt", "--from", "liquibase");
    unknown.exits(ExitCode.USAGE);
    assertThat(unknown.err()).contains("auto, sqlx, golang-migrate, rack, flyway");
    assertThat(gwdb("adopt", "--from", "flyway").err()).contains("Flyway has applied nothing");
  }
}
