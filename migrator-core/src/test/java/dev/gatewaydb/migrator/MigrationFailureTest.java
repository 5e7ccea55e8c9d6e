package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What remains of a migration that fails, and what people read. */
@ExtendWith(ScratchPostgres.class)
final class MigrationFailureTest {
  private static final String CANARY = "c4n4ry";

  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void write() {
    project = new Project(folder).with("V1__one.sql", "CREATE TABLE one ();");
  }

  private <T extends GatewayDbException> T failure(Class<T> type, ScratchDatabase db) {
    T thrown = catchThrowableOfType(type, () -> project.migrator(db).migrate());
    assertThat(thrown).as("a %s", type.getSimpleName()).isNotNull();
    return thrown;
  }

  @Test
  void nothingOfItRemains(ScratchDatabase db) throws Exception {
    project.with("V2__two.sql", "CREATE TABLE two ();\nCREATE TABLE one ();\n");
    FailedException thrown = failure(FailedException.class, db);

    assertThat(thrown)
        .hasMessageContaining("V2__two.sql:2")
        .hasMessageContaining("42P07")
        .hasMessageContaining("CREATE TABLE one ()");
    assertThat(thrown.nextStep()).contains("Correct the file");
    assertThat(Sql.rows(db, "SELECT to_regclass('one'), to_regclass('two')"))
        .containsExactly("one|null");
    assertThat(Sql.rows(db, "SELECT version FROM flyway_schema_history")).containsExactly("1");

    project.with("V2__two.sql", "CREATE TABLE two ();");
    assertThat(project.migrator(db).migrate().applied()).hasSize(1);
    project.stockFlyway(db).validate();
  }

  @Test
  void namesTheLineInsideOfAStatement(ScratchDatabase db) {
    project.with(
        "sub/V2__long.sql",
        """
        -- a comment
        CREATE TABLE a (id int);

        /* another, /* nested, */
           of two lines, with 😀 */
        CREATE TABLE b (
            -- 😀😀😀😀😀😀😀😀😀😀
            id int,
            broken no_such_type
        );
        CREATE TABLE c (id int);
        """);

    assertThat(failure(FailedException.class, db))
        .hasMessageStartingWith("sub/V2__long.sql:9: type \"no_such_type\" does not exist");
  }

  @Test
  void countsLinesOfWindowsAlike(ScratchDatabase db) {
    project.with("V2__crlf.sql", "SELECT 1;\r\n\r\nSELECT 2,\r\n  nothing;\r\n");

    assertThat(failure(FailedException.class, db)).hasMessageStartingWith("V2__crlf.sql:4:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE ROLE pg_x PASSWORD '%s'",
        "CREATE ROLE pg_x LOGIN ENCRYPTED PASSWORD E'a\\'%s'",
        "CREATE ROLE pg_x PASSWORD 'it''s%s'",
        "ALTER ROLE no_such_role password\n  $$%s$$",
        "ALTER ROLE no_such_role PASSWORD $a$ $$%s$$ $a$",
        "CREATE USER MAPPING FOR no_such_role SERVER s OPTIONS (user 'u', password '%s')",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=%s' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'postgres://u:%s@h/d' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p; SELECT password '%s'",
        "ALTER ROLE no_such_role PASSWORD '%s' '%<s'",
      })
  void keepsPasswordsToItself(String statement, ScratchDatabase db) {
    project.with("V2__role.sql", statement.formatted(CANARY) + ";");
    GatewayDbException thrown = failure(GatewayDbException.class, db);

    assertThat(thrown).hasMessageStartingWith("V2__role.sql:");
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    assertThat(trace.toString() + thrown.nextStep()).doesNotContain(CANARY);
  }

  @Test
  void keepsRowValuesOfAViolationToItself(ScratchDatabase db) {
    project.with(
        "V2__unique.sql",
        """
        CREATE TABLE t (mail text UNIQUE);
        INSERT INTO t SELECT 'some' || 'one@example.com' FROM generate_series(1, 2);
        """);

    assertThat(failure(FailedException.class, db).getMessage())
        .contains("23505")
        .doesNotContain("someone");
  }

  @Test
  void outsideATransactionAPersonHasToLook(ScratchDatabase db) throws Exception {
    project.with("V2__no.sql", "-- no-transaction\nCREATE TABLE two ();\nSELECT 1/0;");

    assertThat(failure(NeedsPersonException.class, db))
        .hasMessageContaining("V2__no.sql:3")
        .hasMessageContaining("22012");
    assertThat(Sql.rows(db, "SELECT to_regclass('two')")).containsExactly("two");
  }

  @Test
  void aFailingCallbackIsNamed(ScratchDatabase db) throws Exception {
    project.with("afterMigrate.sql", "SELECT\n1/0;");

    assertThat(failure(FailedException.class, db)).hasMessageContaining("afterMigrate.sql");
    assertThat(Sql.rows(db, "SELECT version FROM flyway_schema_history")).containsExactly("1");
  }

  @Test
  void aConnectionThatDiesInTheMiddle(ScratchDatabase db) throws Exception {
    project.with(
        "V2__die.sql",
        "CREATE TABLE two ();\nSELECT pg_terminate_backend(pg_backend_pid());\nSELECT 1;");
    FailedException thrown = failure(FailedException.class, db);

    assertThat(thrown).hasMessageContaining("57P01");
    assertThat(thrown.nextStep()).isNotEmpty().doesNotContain("Correct the file");
    assertThat(Sql.rows(db, "SELECT to_regclass('one'), to_regclass('two')"))
        .containsExactly("one|null");
    project.with("V2__die.sql", "CREATE TABLE two ();");
    assertThat(project.migrator(db).migrate().applied()).hasSize(1);
  }

  @Test
  void aConnectionThatDiesInTheMiddleOfAScriptWithoutTransaction(ScratchDatabase db) {
    project.with(
        "V2__die.sql",
        "-- no-transaction\nCREATE TABLE two ();\nSELECT pg_terminate_backend(pg_backend_pid());");

    // Flyway's attempt to record the failure hides the failure itself.
    assertThat(failure(NeedsPersonException.class, db)).hasMessageContaining("V2__die.sql");
  }

  @Test
  void aListenerThatFailsStopsTheMigration(ScratchDatabase db) throws Exception {
    MigrationListener listener =
        new MigrationListener() {
          @Override
          public void started(String script) {
            throw new IllegalStateException("listener's own");
          }
        };
    Throwable thrown =
        catchThrowable(
            () ->
                new Migrator(db.dataSource(), project.set(), MigratorOptions.DEFAULT, listener)
                    .migrate());

    assertThat(thrown).hasStackTraceContaining("listener's own");
    assertThat(Sql.rows(db, "SELECT to_regclass('one')")).containsExactly("null");
    assertThat(project.migrator(db).migrate().applied()).hasSize(1);
  }
}
