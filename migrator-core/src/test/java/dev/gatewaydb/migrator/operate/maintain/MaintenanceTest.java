package dev.gatewaydb.migrator.operate.maintain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Sql;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Old rows go, young ones stay, whatever else happens to the table meanwhile. */
@ExtendWith(ScratchPostgres.class)
@Timeout(60)
final class MaintenanceTest {
  private static final RetentionRule MONTH = rule("t", "at", "");

  private static RetentionRule rule(String table, String column, String where) {
    return new RetentionRule(
        "r",
        table,
        column,
        Duration.ofDays(30),
        where.isEmpty() ? Optional.empty() : Optional.of(where));
  }

  private static Maintenance open(ScratchDatabase db, MaintenanceListener listener) {
    return Maintenance.open(db.dataSource(), Maintenance.USUAL_LAG_BYTES, listener);
  }

  private static PruneReport prune(ScratchDatabase db, RetentionRule rule) {
    try (Maintenance maintenance = open(db, MaintenanceListener.SILENT)) {
      return maintenance.prune(maintenance.plan(List.of(rule)).getFirst());
    }
  }

  private static RetentionPlan plan(ScratchDatabase db, RetentionRule rule) {
    try (Maintenance maintenance = open(db, MaintenanceListener.SILENT)) {
      return maintenance.plan(List.of(rule)).getFirst();
    }
  }

  /** One row for each hour back from now, twice as many as a month has. */
  private static void hourly(ScratchDatabase db, String more) throws Exception {
    Sql.execute(
        db,
        """
        CREATE TABLE t (id int PRIMARY KEY, at timestamptz, kind text);
        INSERT INTO t SELECT g, now() - g * interval '1 hour' - interval '1 minute', 'k' || g %% 3
            FROM generate_series(0, 1439) g;
        INSERT INTO t VALUES (-1, NULL, 'k0'), (-2, 'infinity', 'k0');
        %s
        """
            .formatted(more));
  }

  @ParameterizedTest
  @CsvSource({
    "CREATE INDEX ON t (at), '', 720",
    "CREATE INDEX ON t (at DESC), '', 720",
    "CREATE INDEX ON t (at) WHERE at IS NOT NULL, '', 720",
    "SELECT, '', 720",
    "CREATE INDEX ON t (at), kind = 'k1' -- the ones, 240",
    "SELECT, kind = 'k1' OR kind ~ '[2?]$', 480",
    "ALTER TABLE t ALTER at TYPE date, '', 719",
    "ALTER TABLE t ALTER at TYPE timestamp USING at AT TIME ZONE 'UTC', '', 720",
    "CREATE DOMAIN moment AS timestamptz; ALTER TABLE t ALTER at TYPE moment, '', 720",
  })
  void deletesWhatIsOldEnough(String setup, String where, int rows, ScratchDatabase db)
      throws Exception {
    hourly(db, setup.replace("t ALTER at TYPE date", "t ALTER at TYPE date USING at::date"));
    long expected = rows;
    if (setup.contains("TYPE date")) {
      // Of the day a month ago as many stay as it has begun.
      expected =
          Long.parseLong(
              Sql.rows(db, "SELECT count(*) FROM t WHERE at < (now() - interval '720 hours')::date")
                  .getFirst());
    }
    try (Maintenance maintenance = open(db, MaintenanceListener.SILENT)) {
      RetentionPlan plan = maintenance.plan(List.of(rule("t", "at", where))).getFirst();
      assertThat(maintenance.count(plan)).isEqualTo(expected);
      PruneReport report = maintenance.prune(plan);
      assertThat(report.deleted()).isEqualTo(expected);
      assertThat(report.left()).isZero();
      assertThat(report.batches()).isPositive();
      assertThat(maintenance.prune(plan).deleted()).isZero();
    }
    assertThat(Sql.rows(db, "SELECT count(*) FROM t")).containsExactly("" + (1442 - expected));
    assertThat(Sql.rows(db, "SELECT count(*) FROM t WHERE id < 0")).containsExactly("2");
  }

  @Test
  void oneMomentMayHaveManyRows(ScratchDatabase db) throws Exception {
    Sql.execute(
        db,
        """
        CREATE TABLE t (at timestamptz);
        CREATE INDEX ON t (at);
        INSERT INTO t SELECT now() - interval '31 days' FROM generate_series(1, 3000)
        """);
    PruneReport report = prune(db, MONTH);
    assertThat(report.deleted()).isEqualTo(3000);
    assertThat(report.batches()).isGreaterThan(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CREATE INDEX ON t (at)", "SELECT"})
  void rowsThatOthersHaveLockedStayAndAreCounted(String setup, ScratchDatabase db)
      throws Exception {
    hourly(db, setup);
    try (Connection other = db.dataSource().getConnection()) {
      other.setAutoCommit(false);
      Sql.execute(other, "UPDATE t SET at = now() WHERE id = 1000");
      Sql.execute(other, "SELECT FROM t WHERE id = 1001 FOR UPDATE");
      PruneReport report = prune(db, MONTH);
      assertThat(report.deleted()).isEqualTo(718);
      assertThat(report.left()).isEqualTo(2);
      other.commit();
    }
    assertThat(prune(db, MONTH).deleted()).isEqualTo(1);
    assertThat(Sql.rows(db, "SELECT count(*) FROM t WHERE id = 1000")).containsExactly("1");
  }

  @Test
  void waitsForWhoHasTheTable(ScratchDatabase db) throws Exception {
    hourly(db, "");
    try (Connection other = db.dataSource().getConnection()) {
      other.setAutoCommit(false);
      Sql.execute(other, "LOCK TABLE t IN SHARE MODE");
      List<String> holders = new ArrayList<>();
      MaintenanceListener release =
          new MaintenanceListener() {
            @Override
            public void waitingForLock(String what, String holder, Duration waited) {
              holders.add(holder);
              try {
                other.rollback();
              } catch (java.sql.SQLException e) {
                throw new AssertionError(e);
              }
            }
          };
      try (Maintenance maintenance = open(db, release)) {
        PruneReport report = maintenance.prune(maintenance.plan(List.of(MONTH)).getFirst());
        assertThat(report.deleted()).isEqualTo(720);
      }
      assertThat(holders).hasSize(1).first().asString().startsWith("pid ");
    }
  }

  @Test
  void brokenOffItHasDoneWhatItSaysAndGoesOn(ScratchDatabase db) throws Exception {
    hourly(db, "CREATE INDEX ON t (at)");
    MaintenanceListener kill =
        new MaintenanceListener() {
          @Override
          public void progress(String what, long rows, double share) {
            try {
              Sql.rows(
                  db,
                  """
                  SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()
                         AND backend_type = 'client backend'
                  """);
            } catch (java.sql.SQLException e) {
              throw new AssertionError(e);
            }
          }
        };
    try (Maintenance maintenance = open(db, kill)) {
      RetentionPlan plan = maintenance.plan(List.of(MONTH)).getFirst();
      assertThatExceptionOfType(FailedException.class)
          .isThrownBy(() -> maintenance.prune(plan))
          .withMessageContaining("broke off after 200 rows")
          .satisfies(e -> assertThat(e.nextStep()).contains("goes on from there"));
    }
    assertThat(Sql.rows(db, "SELECT count(*) FROM t")).containsExactly("1242");
    assertThat(prune(db, MONTH).deleted()).isEqualTo(520);
  }

  @Test
  void oneRunAtATime(ScratchDatabase db) throws Exception {
    hourly(db, "");
    try (Maintenance first = open(db, MaintenanceListener.SILENT)) {
      first.prune(first.plan(List.of(MONTH)).getFirst());
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> prune(db, MONTH))
          .withMessageContaining("running already (pid ");
    }
    prune(db, MONTH);
  }

  @Test
  void aBatchThatTakesTooLongIsMadeSmaller(ScratchDatabase db) throws Exception {
    Sql.execute(
        db,
        """
        CREATE TABLE t (at timestamptz);
        CREATE INDEX ON t (at);
        INSERT INTO t SELECT now() - interval '31 days' FROM generate_series(1, 60);
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF (SELECT count(*) FROM gone) > 50 THEN PERFORM pg_sleep(60); END IF;
            RETURN NULL;
        END $$;
        CREATE TRIGGER slow AFTER DELETE ON t REFERENCING OLD TABLE AS gone EXECUTE FUNCTION slow()
        """);
    assertThat(prune(db, MONTH).deleted()).isEqualTo(60);
  }

  @Test
  void partitionsAndChildrenEachGiveUpTheirOwn(ScratchDatabase db) throws Exception {
    Sql.execute(
        db,
        """
        CREATE TABLE t (id int, at timestamptz NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE old PARTITION OF t FOR VALUES FROM (MINVALUE) TO ('2001-01-01');
        CREATE TABLE "New ones" PARTITION OF t FOR VALUES FROM ('2001-01-01') TO (MAXVALUE)
            PARTITION BY LIST (id);
        CREATE TABLE one PARTITION OF "New ones" FOR VALUES IN (1);
        INSERT INTO t SELECT 1, '2000-01-01' FROM generate_series(1, 500);
        INSERT INTO t VALUES (1, '2001-02-01'), (1, now());
        CREATE TABLE parent (at timestamptz);
        CREATE TABLE child () INHERITS (parent);
        INSERT INTO parent VALUES ('2000-01-01'), (now());
        INSERT INTO child VALUES (now()), ('2000-01-01'), (now())
        """);
    assertThat(plan(db, MONTH).notes()).anyMatch(note -> note.contains("deleted from each of 2"));
    assertThat(prune(db, MONTH).deleted()).isEqualTo(501);
    assertThat(prune(db, rule("parent", "at", "")).deleted()).isEqualTo(2);
    assertThat(
            Sql.rows(db, "SELECT tableoid::regclass, count(*) FROM parent GROUP BY 1 ORDER BY 1"))
        .containsExactly("parent|1", "child|2");
  }

  @Test
  void tellsWhatMakesItSlowOrReachesFurther(ScratchDatabase db) throws Exception {
    hourly(
        db,
        """
        CREATE TABLE big (id int PRIMARY KEY, t_id int REFERENCES t ON DELETE CASCADE);
        CREATE TABLE good (t_id int REFERENCES t ON DELETE SET NULL);
        CREATE INDEX ON good (t_id);
        """);
    assertThat(plan(db, MONTH).notes())
        .containsExactly(
            "t has no index that begins with at, so all of it is read: CREATE INDEX CONCURRENTLY ON t (at)",
            "for each row deleted, all of big is read to check its key big_t_id_fkey: CREATE INDEX CONCURRENTLY ON big (t_id)",
            "rows of big that refer to a deleted one go with it");
    Sql.execute(db, "CREATE INDEX ON t (at, id); CREATE INDEX ON big (t_id, id)");
    assertThat(plan(db, MONTH).notes())
        .containsExactly("rows of big that refer to a deleted one go with it");
  }

  @Test
  void rowsThatAreReferredToStopIt(ScratchDatabase db) throws Exception {
    hourly(db, "CREATE TABLE child (t_id int REFERENCES t); INSERT INTO child VALUES (1439)");
    assertThatExceptionOfType(FailedException.class)
        .isThrownBy(() -> prune(db, MONTH))
        .withMessageContaining("still referred to")
        .satisfies(e -> assertThat(e.nextStep()).contains("where"));
    String unreferred = "NOT EXISTS (SELECT FROM child c WHERE c.t_id = t.id)";
    assertThat(prune(db, rule("t", "at", unreferred)).deleted()).isEqualTo(719);
  }

  @Test
  void aTriggerThatRefusesIsNamed(ScratchDatabase db) throws Exception {
    hourly(
        db,
        """
        CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
        END $$;
        CREATE TRIGGER guard BEFORE DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION no()
        """);
    assertThat(plan(db, MONTH).notes()).contains("t: triggers run on each deletion: guard");
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> prune(db, MONTH))
        .withMessageContaining("a trigger of t (guard) refuses: ERROR: append-only: DELETE refused")
        .satisfies(e -> assertThat(e.nextStep()).contains("audit.prune_function"));
    assertThat(Sql.rows(db, "SELECT count(*) FROM t")).containsExactly("1442");
  }

  @Test
  void aTriggerThatKeepsRowsIsSeen(ScratchDatabase db) throws Exception {
    hourly(
        db,
        """
        CREATE INDEX ON t (at);
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RETURN CASE WHEN OLD.kind = 'k0' THEN NULL ELSE OLD END;
        END $$;
        CREATE TRIGGER keep BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION keep()
        """);
    PruneReport report = prune(db, MONTH);
    assertThat(report.deleted()).isEqualTo(480);
    assertThat(report.left()).isEqualTo(240);
  }

  private static final String BAD_RULES =
      """
      missing | at | | there is no table missing
      a b c | at | | there is no table a b c
      t | att | | t has no column att; did you mean at?
      t | n | | t.n is integer; it must be timestamptz, timestamp or date
      v | at | | v is a view; name the table behind it
      m | at | | m is a materialized view; name the table behind it
      s | at | | s is no table
      pg_class | at | | pg_class is PostgreSQL's own
      t | at | n = | where can't be used
      t | at | n = 1) OR (true | where can't be used
      t | at | true; DROP TABLE t | where holds a semicolon
      t | at | true ORDER BY 1 | where can't be used
      """;

  @Test
  void refusesRulesThatDontFitAllTogether(ScratchDatabase db) throws Exception {
    Sql.execute(
        db,
        """
        CREATE TABLE t (at timestamptz, n int); CREATE VIEW v AS SELECT * FROM t;
        CREATE MATERIALIZED VIEW m AS SELECT * FROM t; CREATE SEQUENCE s
        """);
    List<RetentionRule> rules = new ArrayList<>(List.of(MONTH));
    List<String> faults = new ArrayList<>();
    for (String line : BAD_RULES.lines().toList()) {
      String[] parts = line.split(" *\\| *", -1);
      rules.add(rule(parts[0], parts[1], parts[2]));
      faults.add("rule 'r': " + parts[3]);
    }
    try (Maintenance maintenance = open(db, MaintenanceListener.SILENT)) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> maintenance.plan(rules))
          .satisfies(
              e -> {
                assertThat(e.faults()).hasSameSizeAs(faults);
                for (int i = 0; i < faults.size(); i++) {
                  assertThat(e.faults().get(i)).startsWith(faults.get(i));
                }
              });
    }
  }

  @Test
  void aRoleNeedsItsRights(ScratchDatabase db) throws Exception {
    hourly(db, "");
    Sql.dropSuperuserRights(db);
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> plan(db, MONTH))
        .withMessageContaining("GRANT SELECT, DELETE ON t");
  }
}
