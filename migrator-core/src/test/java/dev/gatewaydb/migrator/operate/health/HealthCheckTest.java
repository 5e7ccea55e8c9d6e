package dev.gatewaydb.migrator.operate.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.UnreachableException;
import dev.gatewaydb.migrator.operate.health.HealthThresholds.Levels;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Sql;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every check finds what it is for, on a real server. */
@ExtendWith(ScratchPostgres.class)
@Timeout(120)
final class HealthCheckTest {
  /** Everything that is above nothing is worth a word. */
  private static final HealthThresholds STRICT =
      new HealthThresholds(
          new Levels(0, 1),
          new Levels(0, 0),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          200,
          Duration.ZERO,
          Duration.ZERO,
          1,
          10,
          new Levels(50, 90),
          new Levels(0, 100),
          90,
          Duration.ZERO);

  private static HealthReport check(ScratchDatabase db, HealthThresholds thresholds) {
    return new HealthCheck(db.dataSource(), thresholds).run();
  }

  private static List<String> messages(HealthReport report, String check) {
    assertThat(report.findings()).allMatch(finding -> !finding.nextStep().isBlank());
    return report.findings().stream()
        .filter(finding -> finding.check().equals(check))
        .map(HealthFinding::message)
        .toList();
  }

  @Test
  void aFreshDatabaseIsHealthy(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY)");
    HealthReport report = check(db, HealthThresholds.DEFAULT);
    assertThat(report.findings()).filteredOn(f -> !f.check().equals("disk")).isEmpty();
    assertThat(report.section("server").getFirst().text("database")).isEqualTo(db.name());
    assertThat(report.section("connections").getFirst().number("used")).isPositive();
    assertThat(report.section("tables").getFirst().text("table")).isEqualTo("t");
    assertThat(report.notes())
        .anyMatch(note -> note.contains("pg_stat_statements isn't installed"));
  }

  @Test
  void findsWhatIsWrongWithTables(ScratchDatabase db) throws Exception {
    Sql.execute(
        db,
        """
        CREATE TABLE "Big one" (id smallint GENERATED ALWAYS AS IDENTITY, n int, t text)
            WITH (autovacuum_enabled = false);
        INSERT INTO "Big one" (n, t) SELECT g, md5(g::text) || repeat('x', 450)
            FROM generate_series(1, 30000) g;
        CREATE INDEX a ON "Big one" (n);
        CREATE INDEX b ON "Big one" (n);
        CREATE INDEX partly ON "Big one" (n) WHERE n > 5;
        CREATE UNIQUE INDEX strict ON "Big one" (n);
        CREATE INDEX never ON "Big one" (t);
        CREATE SEQUENCE cycling MAXVALUE 10 CYCLE;
        SELECT setval('cycling', 10);
        DELETE FROM "Big one" WHERE n % 2 = 0;
        """);
    try (Connection connection = db.dataSource().getConnection()) {
      Sql.execute(connection, "INSERT INTO \"Big one\" (n, t) VALUES (40000, 'y')");
      assertThatThrownBy(
              () ->
                  Sql.execute(
                      connection,
                      "CREATE UNIQUE INDEX CONCURRENTLY broken ON \"Big one\" ((n % 7))"))
          .hasMessageContaining("duplicate");
      Sql.execute(connection, "SELECT pg_stat_force_next_flush()");
    }
    HealthReport report = check(db, STRICT);
    assertThat(messages(report, "invalidIndex")).singleElement().asString().contains("broken");
    assertThat(messages(report, "duplicateIndex"))
        .hasSize(2)
        .anyMatch(m -> m.contains("index a ") && m.contains("same as strict"))
        .anyMatch(m -> m.contains("index b ") && m.contains("same as strict"));
    assertThat(messages(report, "unusedIndex")).anyMatch(m -> m.contains("index never"));
    assertThat(messages(report, "sequences"))
        .singleElement()
        .asString()
        .contains("Big one_id_seq", "30001 of 32767");
    assertThat(messages(report, "deadRows")).singleElement().asString().contains("\"Big one\"");
    assertThat(messages(report, "connections")).hasSize(1);
  }

  @Test
  void findsTablesThatAreMostlyAir(ScratchDatabase db) throws Exception {
    Sql.execute(
        db,
        """
        CREATE TABLE airy (id int, t text STORAGE PLAIN) WITH (autovacuum_enabled = false);
        INSERT INTO airy SELECT g, repeat('x', 3500) FROM generate_series(1, 30000) g;
        DELETE FROM airy WHERE id % 10 <> 0;
        """);
    Sql.execute(db, "VACUUM ANALYZE airy");
    assertThat(messages(check(db, STRICT), "bloat"))
        .singleElement()
        .asString()
        .contains("airy: about ");
  }

  @Test
  void showsWhoWaitsForWhomAndNoLiterals(ScratchDatabase db) throws Exception {
    Sql.execute(db, "CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
    try (Connection holder = db.dataSource().getConnection();
        Connection waiter = db.dataSource().getConnection()) {
      holder.setAutoCommit(false);
      Sql.execute(holder, "SET application_name = 'shop'");
      Sql.execute(
          holder,
          "UPDATE t SET id = 2 WHERE 's3cret' <> $$s3cret$$ OR id = 1 OR 'it''s3cret' = ''");
      Thread waiting =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      Sql.execute(waiter, "UPDATE t SET id = 3");
                    } catch (SQLException ended) {
                      return;
                    }
                  });
      await()
          .untilAsserted(
              () -> {
                HealthReport report = check(db, STRICT);
                assertThat(messages(report, "blocked"))
                    .singleElement()
                    .asString()
                    .startsWith("1 session waits for pid ")
                    .containsPattern(
                        "\n  pid \\d+ \\(shop, idle in transaction, .*UPDATE t SET id = 2.*"
                            + "\n    pid \\d+ .*UPDATE t SET id = 3");
                assertThat(messages(report, "idleInTransaction")).hasSize(1);
                assertThat(report.toString()).doesNotContain("s3cret");
              });
      holder.rollback();
      waiting.join();
    }
  }

  @Test
  void withoutRightsItSeesLessAndSaysSo(ScratchDatabase db) throws Exception {
    String role = "r_" + db.name().substring(db.name().length() - 12);
    Sql.execute(db, "CREATE ROLE %s LOGIN PASSWORD 'weak'".formatted(role));
    try {
      DatabaseSettings weak = db.settings().withLogin(role, Optional.of(Secret.of("weak")));
      HealthReport report = new HealthCheck(weak.dataSource(), STRICT).run();
      assertThat(report.notes()).anyMatch(note -> note.contains("GRANT pg_monitor"));
      assertThat(report.section("connections")).hasSize(1);
      assertThat(report.notes()).noneMatch(note -> note.contains("ERROR"));
    } finally {
      Sql.execute(db, "DROP ROLE " + role);
    }
  }

  @Test
  void asksAsMuchOfManyTablesAsOfOne(ScratchDatabase db, ScratchDatabase empty) throws Exception {
    Sql.execute(
        db,
        """
        DO $$ BEGIN FOR i IN 1..300 LOOP EXECUTE format(
            'CREATE TABLE t%s (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n text)', i);
        END LOOP; END $$
        """);
    assertThat(queries(db.dataSource())).isEqualTo(queries(empty.dataSource())).isLessThan(25);
  }

  private static int queries(DataSource source) {
    AtomicInteger count = new AtomicInteger();
    DataSource counting =
        (DataSource)
            Proxy.newProxyInstance(
                DataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, arguments) -> {
                  Connection connection = source.getConnection();
                  return Proxy.newProxyInstance(
                      Connection.class.getClassLoader(),
                      new Class<?>[] {Connection.class},
                      (proxy, called, values) -> {
                        if (called.getName().startsWith("prepareStatement")
                            || called.getName().startsWith("createStatement")) {
                          count.incrementAndGet();
                        }
                        return called.invoke(connection, values);
                      });
                });
    new HealthCheck(counting, HealthThresholds.DEFAULT).run();
    return count.get();
  }

  @Test
  void saysWhenItCannotConnect() {
    DatabaseSettings nowhere =
        DatabaseSettings.fromEnvironment(Map.of("DATABASE_URL", "postgres://x@127.0.0.1:1/x"));
    HealthCheck check = new HealthCheck(nowhere.dataSource(), STRICT);
    assertThatThrownBy(check::run).isInstanceOf(UnreachableException.class);
  }
}
