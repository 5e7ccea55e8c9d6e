package dev.gatewaydb.migrator.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.check.Ownership;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.MortalSource;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A reset replaces all of what is ours, nothing of others', and never half of it. */
@ExtendWith(ScratchPostgres.class)
@Timeout(300)
final class ResetTest {
  private static final int STEP = 23;
  private static final EnvironmentMarker MARKER =
      new EnvironmentMarker(MigratorOptions.ENVIRONMENT_TABLE, true);
  private static final MigratorOptions IMPATIENT =
      MigratorOptions.DEFAULT.withTimeouts(Duration.ofMillis(100), 0, Duration.ZERO);
  private static final String RELATIONS =
      """
      SELECT n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n
          ON n.oid = c.relnamespace WHERE n.nspname !~ '^(pg_|information_schema)' ORDER BY 1, 2
      """;
  private static final String OTHERS =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
          + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

  @TempDir private Path folder;

  private Project project() {
    return new Project(folder)
        .with(
            "V1__all.sql",
            """
            CREATE SCHEMA audit;
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE DOMAIN label AS text CHECK (VALUE <> '');
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
            CREATE TABLE "Odd ""name" (id serial PRIMARY KEY, m mood, n label);
            CREATE TABLE child (id int REFERENCES "Odd ""name", at date) PARTITION BY RANGE (at);
            CREATE TABLE child_1 PARTITION OF child DEFAULT;
            CREATE TRIGGER touched BEFORE UPDATE ON child FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE VIEW v AS SELECT total(id) FROM "Odd ""name";
            CREATE MATERIALIZED VIEW mv AS SELECT * FROM v;
            """)
        .with("V2__audit.sql", "CREATE TABLE audit.event (id int GENERATED ALWAYS AS IDENTITY);")
        .with("R__view.sql", "CREATE OR REPLACE VIEW w AS SELECT id FROM audit.event;");
  }

  private Reset reset(DataSource source, Ownership ownership, MigratorOptions options) {
    return new Reset(
        source, new Project(folder).set(), options, ownership, MigrationListener.SILENT);
  }

  private Reset reset(ScratchDatabase db) {
    return reset(db.dataSource(), Ownership.ALL, IMPATIENT);
  }

  private void fill(ScratchDatabase db) throws Exception {
    project().migrator(db).migrate();
    Sql.execute(db, "INSERT INTO \"Odd \"\"name\" (m, n) VALUES ('good', 'a'), ('bad', 'b')");
    Sql.execute(db, "INSERT INTO child VALUES (1, '2026-01-01')");
  }

  @Test
  void replacesEverythingOfOurs(ScratchDatabase db, ScratchDatabase fresh, ScratchServer server)
      throws Exception {
    fill(db);
    Sql.execute(
        db, "CREATE TABLE by_hand (id int); CREATE SCHEMA left_over; CREATE TYPE t AS (a int)");
    project().migrator(fresh).migrate();
    Reset.Planned planned = reset(db).plan(server);
    assertThat(planned.plan().tables())
        .contains(
            new ResetPlan.Table("public.\"Odd \"\"name\"", 2, true),
            new ResetPlan.Table("public.child", 1, true),
            new ResetPlan.Table("audit.event", 0, true),
            new ResetPlan.Table("public.by_hand", 0, true));
    assertThat(planned.plan().others().toString()).contains("enum public.mood", "schema audit");

    assertThat(reset(db).run(planned, MARKER, "development", false).applied()).hasSize(3);

    assertThat(Sql.rows(db, "SELECT environment FROM gwdb_environment"))
        .containsExactly("development");
    assertThat(Sql.rows(db, "SELECT count(*) FROM \"Odd \"\"name\"")).containsExactly("0");
    Sql.execute(db, "DROP TABLE gwdb_environment");
    Sql.execute(db, "DROP SCHEMA IF EXISTS left_over");
    assertThat(Sql.rows(db, RELATIONS)).isEqualTo(Sql.rows(fresh, RELATIONS));
    assertThat(project().migrator(db).status().pending()).isEmpty();
  }

  @Test
  void anEmptyDatabaseCanBeReset(ScratchDatabase db, ScratchServer server) throws Exception {
    project();
    assertThat(reset(db).run(reset(db).plan(server), MARKER, "production", false).applied())
        .hasSize(3);
    assertThat(Sql.rows(db, "SELECT environment FROM gwdb_environment"))
        .containsExactly("production");
  }

  @Test
  void leavesOthersTablesAlone(ScratchDatabase db, ScratchServer server) throws Exception {
    fill(db);
    String theirs =
        """
        CREATE TABLE "user" (id int PRIMARY KEY, n label);
        CREATE TABLE alembic_version (version_num text);
        CREATE VIEW their_view AS SELECT * FROM "user";
        INSERT INTO "user" VALUES (1);
        ALTER TABLE child ADD FOREIGN KEY (id) REFERENCES "user";
        """;
    Sql.execute(db, theirs.replace(", n label", ""));
    assertThatThrownBy(() -> reset(db).plan(server))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("alembic_version");

    Reset shared =
        reset(db.dataSource(), new Ownership(Optional.of(List.of("child")), List.of()), IMPATIENT);
    Reset.Planned planned = shared.plan(server);
    assertThat(planned.plan().kept().toString())
        .contains("public.\"user\"", "alembic_version", "their_view");
    shared.run(planned, MARKER, "development", false);
    assertThat(Sql.rows(db, "SELECT id FROM their_view")).containsExactly("1");
    assertThat(Sql.rows(db, "SELECT count(*) FROM child")).containsExactly("0");

    Sql.execute(db, "CREATE VIEW on_ours AS SELECT id FROM audit.event");
    Sql.execute(db, "ALTER TABLE \"user\" ADD n label");
    for (String what :
        List.of(
            "view public.on_ours needs", "column public.\"user\".n needs domain public.label")) {
      assertThatThrownBy(() -> shared.plan(server))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(what);
    }
  }

  @Test
  void refusesWhileOthersAreConnected(ScratchDatabase db, ScratchServer server) throws Exception {
    fill(db);
    List<String> before = Sql.rows(db, RELATIONS);
    Reset.Planned planned = reset(db).plan(server);
    try (Connection other = db.dataSource().getConnection()) {
      Sql.execute(other, "SET application_name = 'shop'");
      assertThatThrownBy(() -> reset(db).run(planned, MARKER, "development", false))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("others are connected")
          .hasMessageContaining("shop");
      assertThat(Sql.rows(other, RELATIONS)).isEqualTo(before);
      reset(db).run(planned, MARKER, "development", true);
      assertThat(other.isValid(1)).isFalse();
    }
  }

  @Test
  void refusesAPlanThatIsOutOfDate(ScratchDatabase db, ScratchServer server) throws Exception {
    fill(db);
    Reset.Planned planned = reset(db).plan(server);
    Sql.execute(db, "CREATE TABLE new_one (id int)");
    assertThatThrownBy(() -> reset(db).run(planned, MARKER, "development", false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("since this reset was planned");
  }

  @Test
  void migrationsThatFailLeaveTheOldDatabase(ScratchDatabase db, ScratchServer server)
      throws Exception {
    fill(db);
    Reset.Planned planned = reset(db).plan(server);
    List<String> before = Sql.rows(db, RELATIONS);
    project().with("V3__bad.sql", "SELECT 1/0;");
    assertThatThrownBy(() -> reset(db).run(planned, MARKER, "development", false))
        .isInstanceOf(FailedException.class)
        .hasMessageContaining("V3__bad.sql");
    assertThat(Sql.rows(db, RELATIONS)).isEqualTo(before);
    assertThat(Sql.rows(db, "SELECT count(*) FROM child")).containsExactly("1");
    assertThatThrownBy(() -> reset(db).plan(server)).isInstanceOf(FailedException.class);
  }

  @Test
  void killedAtAnyCallItLeavesTheOldOrTheNew(ScratchServer server) throws Exception {
    project();
    boolean dead = true;
    int old = 0;
    Reset.@Nullable Planned same = null;
    for (int call = ThreadLocalRandom.current().nextInt(STEP); dead; call += STEP) {
      try (ScratchDatabase db =
          server.cloneOf(
              "ResetTest",
              fresh -> {
                try {
                  fill(fresh);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              })) {
        List<String> before = Sql.rows(db, RELATIONS);
        MortalSource source = new MortalSource(db.dataSource(), call);
        Reset.Planned planned = same == null ? reset(db).plan(server) : same;
        same = planned;
        Reset mortal = reset(source.dataSource(), Ownership.ALL, IMPATIENT);
        Throwable thrown = catchThrowable(() -> mortal.run(planned, MARKER, "development", false));
        dead = source.isDead();
        assertThat(dead || thrown == null).as("call %d: %s", call, thrown).isTrue();
        await().until(() -> Sql.rows(db, OTHERS).isEmpty());
        String rows = Sql.rows(db, "SELECT count(*) FROM child").getFirst();
        if (rows.equals("1")) {
          old++;
          assertThat(Sql.rows(db, RELATIONS)).as("call %d", call).isEqualTo(before);
        } else {
          assertThat(Sql.rows(db, "SELECT environment FROM gwdb_environment"))
              .as("call %d", call)
              .containsExactly("development");
          assertThat(project().migrator(db).status().pending()).isEmpty();
        }
      }
    }
    assertThat(old).isGreaterThan(3);
  }

  @Test
  void whatCannotRunInATransactionComesAfterACommit(ScratchDatabase db, ScratchServer server)
      throws Exception {
    fill(db);
    project().with("V3__index.sql", "CREATE INDEX CONCURRENTLY i ON audit.event (id);");
    reset(db).run(reset(db).plan(server), MARKER, "development", false);
    assertThat(project().migrator(db).status().pending()).isEmpty();
    assertThat(Sql.rows(db, "SELECT environment FROM gwdb_environment"))
        .containsExactly("development");

    Reset.Planned planned = reset(db).plan(server);
    project().with("V4__bad.sql", "SELECT 1/0;");
    assertThatThrownBy(() -> reset(db).run(planned, MARKER, "development", false))
        .isInstanceOf(NeedsPersonException.class)
        .hasMessageContaining("what was there is dropped")
        .hasMessageContaining("V4__bad.sql");
  }
}
