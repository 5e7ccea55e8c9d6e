package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.MortalSource;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run may end at any call to the server: before, inside and after a migration, at its commit, in
 * CONCURRENTLY, between a script and its record. The next one ends as if nothing had happened. Each
 * run of the test tries every seventh call, from another one on.
 */
@ExtendWith(ScratchPostgres.class)
@Timeout(300)
final class KilledAtAnyCallTest {
  private static final int STEP = 7;
  private static final List<String> STATE =
      List.of(
          """
          SELECT c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), i.indisvalid
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            LEFT JOIN pg_index i ON i.indexrelid = c.oid
           WHERE c.relnamespace = 'public'::regnamespace AND c.relname !~ '^gwdb_journal'
           ORDER BY 1, 3
          """,
          "SELECT v FROM log ORDER BY 1",
          "SELECT installed_rank, version, type, script, checksum, success"
              + " FROM flyway_schema_history ORDER BY 1");

  private static final String OTHERS =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
          + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

  @TempDir private Path folder;

  private Project project() {
    return new Project(folder)
        .with("V1__log.sql", "CREATE TABLE log (v int);")
        .with("V2__step.sql", "INSERT INTO log VALUES (2); CREATE TABLE t2 (id int);")
        .with("U2__step.sql", "DROP TABLE t2; DELETE FROM log WHERE v = 2;")
        .with("V3__i.sql", "CREATE INDEX CONCURRENTLY i3 ON log (v);")
        .with("U3__i.sql", "-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS i3;")
        .with("V4__step.sql", "INSERT INTO log VALUES (4);")
        .with("U4__step.sql", "DELETE FROM log WHERE v = 4;")
        .with(
            "V5__mixed.sql",
            """
            -- no-transaction
            SET search_path = pg_catalog;
            INSERT INTO public.log VALUES (5);
            CREATE INDEX CONCURRENTLY i5 ON public.log (v);
            INSERT INTO public.log VALUES (55);
            """)
        .with("U5__mixed.sql", "DROP INDEX i5; DELETE FROM log WHERE v IN (5, 55);")
        .with("V6__step.sql", "CREATE TABLE t6 (id int);")
        .with("U6__step.sql", "DROP TABLE t6;")
        .with("R__view.sql", "CREATE OR REPLACE VIEW w AS SELECT v FROM log;");
  }

  private static void assertSame(ScratchDatabase broken, ScratchDatabase unbroken, int call)
      throws Exception {
    for (String what : STATE) {
      assertThat(Sql.rows(broken, what))
          .as("broken off before call %d: %s", call, what)
          .isEqualTo(Sql.rows(unbroken, what));
    }
  }

  @Test
  void forward(ScratchDatabase unbroken, ScratchServer server) throws Exception {
    Project project = project();
    project.migrator(unbroken).migrate();
    boolean dead = true;
    int call = ThreadLocalRandom.current().nextInt(STEP);
    for (; dead; call += STEP) {
      try (ScratchDatabase broken = server.create()) {
        MortalSource source = new MortalSource(broken.dataSource(), call);
        Throwable thrown =
            catchThrowable(() -> new Migrator(source.dataSource(), project.set()).migrate());
        dead = source.isDead();
        assertThat(dead || thrown == null).as("call %d: %s", call, thrown).isTrue();
        await().until(() -> Sql.rows(broken, OTHERS).isEmpty());
        project.migrator(broken).migrate();
        assertSame(broken, unbroken, call);
      }
    }
    project.stockFlyway(unbroken).validate();
    assertThat(call).isGreaterThan(60);
  }

  @Test
  void back(ScratchServer server) throws Exception {
    Project project = project();
    boolean dead = true;
    int call = ThreadLocalRandom.current().nextInt(STEP);
    for (; dead; call += STEP) {
      try (ScratchDatabase broken =
          server.cloneOf("KilledAtAnyCallTest", fresh -> project.migrator(fresh).migrate())) {
        MortalSource source = new MortalSource(broken.dataSource(), call);
        Migrator mortal = new Migrator(source.dataSource(), project.set());
        RevertPlan plan = project.migrator(broken).planRevertTo("1");
        Throwable thrown = catchThrowable(() -> mortal.revert(plan));
        dead = source.isDead();
        assertThat(dead || thrown == null).as("call %d: %s", call, thrown).isTrue();
        await().until(() -> Sql.rows(broken, OTHERS).isEmpty());
        Migrator again = project.migrator(broken);
        again.revert(again.planRevertTo("1"));

        assertThat(Sql.rows(broken, "SELECT v FROM log")).as("call %d", call).isEmpty();
        assertThat(
                Sql.rows(broken, "SELECT to_regclass('t2'), to_regclass('i3'), to_regclass('i5')"))
            .as("call %d", call)
            .containsExactly("null|null|null");
        assertThat(
                Sql.rows(
                    broken,
                    "SELECT version FROM flyway_schema_history WHERE type = 'DELETE' ORDER BY 1"))
            .as("call %d", call)
            .containsExactly("2", "3", "4", "5", "6");
        assertThat(again.status().currentVersion()).contains("1");
      }
    }
    assertThat(call).isGreaterThan(30);
  }
}
