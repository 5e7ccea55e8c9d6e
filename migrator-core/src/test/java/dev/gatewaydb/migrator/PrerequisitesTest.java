package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.Prerequisite.State;
import dev.gatewaydb.migrator.PrerequisitesReport.Step;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must be in a database before its first migration. */
@ExtendWith(ScratchPostgres.class)
final class PrerequisitesTest {
  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project =
        new Project(folder)
            .with("V1__a.sql", "CREATE TABLE a (id uuid DEFAULT uuid_generate_v4());")
            .with("U1__a.sql", "DROP TABLE a;");
  }

  private Migrator withFile(ScratchDatabase db, String... lines) {
    return project.with("prerequisites.sql", String.join("\n", lines)).migrator(db);
  }

  private static String states(PrerequisitesReport report) {
    return report.extensions().stream()
        .map(e -> e.name() + " " + e.state().label())
        .collect(Collectors.joining(", "));
  }

  private static List<String> extensions(ScratchDatabase db) throws Exception {
    return Sql.rows(db, "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1");
  }

  @Test
  void reportsEachExtension(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE EXTENSION pgcrypto");
    PrerequisitesReport report =
        withFile(
                db,
                "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";",
                "CREATE EXTENSION pgcrypto;",
                "CREATE EXTENSION no_such_thing;")
            .prerequisites();
    assertThat(states(report))
        .isEqualTo("uuid-ossp installable, pgcrypto present, no_such_thing unavailable");
    assertThat(report.extensions()).map(Prerequisite::version).doesNotContainNull();
    assertThat(report.extensions().get(0).version()).contains("1.1");
    assertThat(report.extensions().get(1).version().orElse("")).startsWith("1.");
    assertThat(report.extensions().get(1).nextStep()).isEmpty();
    assertThat(report.extensions().get(2).version()).isEmpty();
    assertThat(report.extensions().get(2).nextStep())
        .contains("apt-cache search '^postgresql-")
        .contains("grep -i no_such_thing")
        .contains("rds.extensions");
    assertThat(report.missing()).hasSize(2);
    assertThat(report.others()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "CREATE EXTENSION hstore | hstore",
        "create extension if not exists HSTORE with schema public cascade | hstore",
        "CREATE EXTENSION \"hstore\" VERSION '1.4' | hstore",
        "CREATE EXTENSION \"we\"\"ird\" | we\"ird",
        "CREATE /* the first */ EXTENSION IF NOT EXISTS -- second~ hstore SCHEMA \"x y\" | hstore",
        "CREATE EXTENSION hstore WITH VERSION \"1.4\" SCHEMA s | hstore",
        "-- why~/* and how */ CREATE EXTENSION hstore | hstore"
      })
  void readsWhatPostgresReads(String sql, String name, ScratchDatabase db) {
    PrerequisitesReport report = withFile(db, sql.replace('~', '\n') + ";").prerequisites();
    assertThat(report.extensions()).extracting(Prerequisite::name).containsExactly(name);
    assertThat(report.others()).isEmpty();
  }

  @Test
  void namesInCommentsAndBodiesAreNoExtensions(ScratchDatabase db) {
    PrerequisitesReport report =
        withFile(
                db,
                "-- CREATE EXTENSION a;",
                "/* CREATE EXTENSION b; */",
                "DO $$ BEGIN EXECUTE 'CREATE EXTENSION c;'; END $$;",
                "SELECT 'CREATE EXTENSION d;';")
            .prerequisites();
    assertThat(report.extensions()).isEmpty();
    assertThat(report.others()).containsExactly("line 3: DO $$", "line 4: SELECT 'CREATE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE EXTENSION uuid-ossp;",
        "BEGIN READ ONLY;",
        "COMMIT;",
        "CREATE DATABASE other;",
        "\\connect silentpulse\nSELECT 1;"
      })
  void refusesWhatCanNotBePartOfTheFile(String statement, ScratchDatabase db) throws Exception {
    Migrator migrator = withFile(db, "CREATE EXTENSION hstore;", statement, "END;");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(migrator::applyPrerequisites)
        .satisfies(e -> assertThat(e.faults()).hasSize(2))
        .withMessageContaining("prerequisites.sql:2: ")
        .withMessageContaining(": END: would end the transaction");
    assertThat(extensions(db)).isEmpty();
  }

  @Test
  void aTransactionOfItsOwnMayStay(ScratchDatabase db) throws Exception {
    Migrator migrator =
        withFile(db, "BEGIN;", "CREATE EXTENSION hstore;", "CREATE EXTENSION citext;", "COMMIT;");
    assertThat(migrator.applyPrerequisites()).hasSize(2);
    assertThat(migrator.prerequisites().others()).isEmpty();
    assertThat(extensions(db)).containsExactly("citext", "hstore");
  }

  @Test
  void aVersionThatTheServerDoesNotHaveIsUnavailable(ScratchDatabase db) throws Exception {
    Migrator migrator = withFile(db, "CREATE EXTENSION hstore VERSION '9.9';");
    assertThat(states(migrator.prerequisites())).isEqualTo("hstore unavailable");
    assertThat(migrator.prerequisites().extensions().getFirst().nextStep())
        .contains("9.9")
        .contains("1.8");
    Sql.execute(db, "CREATE EXTENSION hstore");
    assertThat(states(migrator.prerequisites())).isEqualTo("hstore present");
  }

  @Test
  void appliesInOneTransactionAndTwice(ScratchDatabase db) throws Exception {
    Migrator migrator =
        withFile(
            db,
            "CREATE SCHEMA ext;",
            "CREATE EXTENSION \"uuid-ossp\" SCHEMA ext;",
            "CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA ext;",
            "SET search_path = ext;");
    assertThat(migrator.applyPrerequisites())
        .containsExactly(
            new Step("CREATE SCHEMA", true),
            new Step("CREATE EXTENSION uuid-ossp", true),
            new Step("CREATE EXTENSION pgcrypto", true),
            new Step("SET SEARCH_PATH", true));
    assertThat(migrator.applyPrerequisites())
        .extracting(Step::ran)
        .containsExactly(false, false, false, true);
    assertThat(migrator.prerequisites().missing()).isEmpty();
    assertThat(extensions(db)).containsExactly("pgcrypto", "uuid-ossp");
  }

  @Test
  void appliesAllOrNothing(ScratchDatabase db) throws Exception {
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(
            withFile(db, "CREATE EXTENSION hstore;", "", "GRANT SELECT ON nothing TO PUBLIC;")
                ::applyPrerequisites)
        .withMessageContaining("prerequisites.sql:3: ")
        .withMessageContaining("\"nothing\" does not exist");
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(
            withFile(db, "CREATE EXTENSION hstore;", "CREATE EXTENSION no_such_thing;")
                ::applyPrerequisites)
        .withMessageContaining("no_such_thing");
    assertThat(extensions(db)).isEmpty();
  }

  @Test
  void saysWhoMay(ScratchDatabase db) throws Exception {
    Migrator migrator = withFile(db, "CREATE EXTENSION pg_trgm;", "CREATE EXTENSION file_fdw;");
    Sql.execute(db, "GRANT CREATE ON DATABASE " + db.name() + " TO PUBLIC");
    Sql.execute(db, "GRANT CREATE ON SCHEMA public TO PUBLIC");
    Sql.dropSuperuserRights(db);
    List<Prerequisite> extensions = migrator.prerequisites().extensions();
    assertThat(extensions).allMatch(e -> e.state() == State.INSTALLABLE);
    assertThat(extensions.get(0).nextStep()).contains("this role may");
    assertThat(extensions.get(1).nextStep()).contains("as a superuser");
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(migrator::applyPrerequisites)
        .withMessageContaining("prerequisites.sql:2: permission denied")
        .satisfies(
            e ->
                assertThat(e.nextStep())
                    .contains("Role pg_monitor may not")
                    .contains("as a superuser")
                    .contains("rds_superuser"));
    assertThat(extensions(db)).isEmpty();
  }

  @Test
  void migrateRefusesBeforeItTouchesAnything(ScratchDatabase db) throws Exception {
    Migrator migrator =
        withFile(db, "CREATE EXTENSION \"uuid-ossp\";", "CREATE EXTENSION no_such_thing;");
    for (Callable<?> forward :
        List.<Callable<?>>of(
            migrator::migrate,
            () -> migrator.migrateTo("1"),
            () -> migrator.dryRun(Optional.empty(), () -> unused()))) {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(forward::call)
          .withMessageContaining("prerequisites.sql")
          .withMessageContaining("uuid-ossp (installable), no_such_thing (unavailable)")
          .satisfies(e -> assertThat(e.nextStep()).contains("gwdb prerequisites apply"));
    }
    assertThat(
            Sql.rows(
                db, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        .isEmpty();

    Migrator able = withFile(db, "CREATE EXTENSION \"uuid-ossp\";");
    able.applyPrerequisites();
    assertThat(able.migrate().applied()).hasSize(1);
  }

  private static ScratchServer unused() {
    throw new AssertionError("no scratch server is needed");
  }

  @Test
  void aDatabaseThatIsUpToDateNeedsNothingMore(ScratchDatabase db) {
    withFile(db, "CREATE EXTENSION \"uuid-ossp\";").applyPrerequisites();
    project.migrator(db).migrate();
    Migrator more = withFile(db, "CREATE EXTENSION no_such_thing;");
    assertThat(more.migrate().applied()).isEmpty();
    assertThat(more.migrate().pending()).isZero();
  }

  @Test
  void scratchDatabasesGetWhatTheServerHas(ScratchDatabase db, ScratchServer server)
      throws Exception {
    Migrator migrator =
        withFile(db, "CREATE EXTENSION no_such_thing;", "CREATE EXTENSION \"uuid-ossp\";");
    Sql.execute(db, "CREATE EXTENSION \"uuid-ossp\"; CREATE TABLE a ()");
    migrator.baseline("1", "made by others", server);
    assertThat(migrator.forecast(migrator.planRevert(1), server)).isEmpty();

    try (ScratchDatabase scratch = server.create()) {
      assertThat(new Migrator(scratch, project.set()).migrate().applied()).hasSize(1);
    }
  }

  @Test
  void manyMayApplyAtOnce(ScratchDatabase db) throws Exception {
    Migrator migrator = withFile(db, "CREATE EXTENSION hstore;", "CREATE SCHEMA ext;");
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<List<Step>>> runs =
          Stream.generate(() -> (Callable<List<Step>>) migrator::applyPrerequisites)
              .limit(4)
              .toList();
      int created = 0;
      for (var run : threads.invokeAll(runs)) {
        created += run.get().getFirst().ran() ? 1 : 0;
      }
      assertThat(created).isEqualTo(1);
    }
  }

  @Test
  void theFileIsNoMigrationAndNotIgnored() throws Exception {
    MigrationSet set = project.with("prerequisites.sql", "\uFEFFSELECT 1;").with("x.txt", "").set();
    assertThat(set.prerequisites().orElseThrow().text()).isEqualTo("SELECT 1;");
    assertThat(set.upTo("1").prerequisites()).isPresent();
    assertThat(set.ignored()).containsExactly("x.txt");
    assertThat(project.without("prerequisites.sql").set().prerequisites()).isEmpty();

    Files.write(folder.resolve("prerequisites.sql"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(project::set)
        .withMessage("prerequisites.sql: not UTF-8");
    Files.delete(folder.resolve("prerequisites.sql"));
    Files.createDirectory(folder.resolve("prerequisites.sql"));
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(project::set)
        .withMessage("prerequisites.sql: is a folder");
  }
}
