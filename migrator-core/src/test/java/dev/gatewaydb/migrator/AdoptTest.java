package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.adopt.Tool;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.MortalSource;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Databases as other tools leave them. */
@ExtendWith(ScratchPostgres.class)
final class AdoptTest {
  private static final String SQLX_TABLE =
      """
      CREATE TABLE _sqlx_migrations (
          version BIGINT PRIMARY KEY,
          description TEXT NOT NULL,
          installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
          success BOOLEAN NOT NULL,
          checksum BYTEA NOT NULL,
          execution_time BIGINT NOT NULL
      );
      """;
  private static final String GOLANG_TABLE =
      "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);";
  private static final String RACK_TABLE =
      """
      CREATE TABLE schema_migrations (
          version TEXT PRIMARY KEY,
          applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
      );
      """;

  private static final int STEP = 3;
  private static final String OTHERS =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
          + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

  @TempDir private Path folder;

  private MigrationSet sqlx() {
    new Project(folder)
        .with("20240101000000_a.sql", "CREATE TABLE a (id int);\r\n")
        .with("20240102000000_b.up.sql", "CREATE TABLE b (id int);")
        .with("20240102000000_b.down.sql", "DROP TABLE b;")
        .with("20240103000000_c.up.sql", "CREATE TABLE c (id int);")
        .with("20240103000000_c.down.sql", "DROP TABLE c;");
    return MigrationSet.read(folder, Layout.SQLX);
  }

  private MigrationSet golang() {
    new Project(folder)
        .with("000001_a.up.sql", "CREATE TABLE a (id int);")
        .with("000001_a.down.sql", "DROP TABLE a;")
        .with("000002_b.up.sql", "CREATE TABLE b (id int);")
        .with("000002_b.down.sql", "DROP TABLE b;")
        .with("000003_c.up.sql", "CREATE TABLE c (id int);")
        .with("000003_c.down.sql", "DROP TABLE c;");
    return MigrationSet.read(folder, Layout.GOLANG_MIGRATE);
  }

  private MigrationSet rack() {
    new Project(folder)
        .with("0001_a.sql", "CREATE TABLE a (id int);")
        .with("0002_b.sql", "CREATE TABLE b (id int);")
        .with("0003_c.sql", "CREATE TABLE c (id int);");
    return MigrationSet.read(folder, Layout.PLAIN);
  }

  /** Runs migrations and records them as sqlx does. */
  private static void runSqlx(ScratchDatabase db, MigrationSet set, String... versions)
      throws Exception {
    Sql.execute(db, SQLX_TABLE);
    for (String version : versions) {
      Migration migration = set.find(version).orElseThrow();
      Sql.execute(db, migration.up().text());
      Sql.execute(
          db,
          "INSERT INTO _sqlx_migrations VALUES (%s, 'd', now(), true, decode('%s', 'hex'), 1)"
              .formatted(version, migration.up().sha384()));
    }
  }

  private static Migrator migrator(ScratchDatabase db, MigrationSet set) {
    return new Migrator(
        db.dataSource(),
        set,
        MigratorOptions.DEFAULT.withOperator("ada"),
        MigrationListener.SILENT);
  }

  private static List<String> adopt(Migrator migrator) {
    AdoptPlan plan = migrator.planAdopt(Optional.empty(), Optional.empty(), false);
    migrator.adopt(plan);
    return plan.toAdopt().stream().map(Migration::version).toList();
  }

  private static void refuses(ThrowingCallable call, String... words) {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.getMessage() + " " + e.nextStep()).contains(words));
  }

  private static List<String> applied(Migrator migrator) {
    return migrator.status().entries().stream()
        .filter(e -> MigrationStatus.isApplied(e.state()))
        .map(e -> e.version().orElseThrow())
        .toList();
  }

  @Test
  void takesOverSqlxWithItsGapAndLeavesItsTable(ScratchDatabase db) throws Exception {
    MigrationSet set = sqlx();
    runSqlx(db, set, "20240101000000", "20240103000000");
    List<String> before = Sql.rows(db, "TABLE _sqlx_migrations");
    Migrator migrator = migrator(db, set);
    assertThat(adopt(migrator)).containsExactly("20240101000000", "20240103000000");
    assertThat(
            Sql.rows(
                db,
                "SELECT version, type, checksum IS NOT NULL, success FROM"
                    + " flyway_schema_history ORDER BY installed_rank"))
        .containsExactly("20240101000000|SQL|t|t", "20240103000000|SQL|t|t");
    assertThat(
            Sql.rows(db, "SELECT action, version, operator, reason FROM gwdb_journal ORDER BY id"))
        .containsExactly(
            "adopt|20240101000000|ada|from sqlx's public._sqlx_migrations",
            "adopt|20240103000000|ada|from sqlx's public._sqlx_migrations");
    assertThat(migrator.migrate().applied())
        .extracting(a -> a.version().orElse(""))
        .containsExactly("20240102000000");
    assertThat(Sql.rows(db, "TABLE _sqlx_migrations")).isEqualTo(before);

    assertThat(adopt(migrator)).isEmpty();
    assertThat(applied(migrator)).hasSize(3);
    migrator.revert(migrator.planRevert(1));
    assertThat(adopt(migrator)).as("what was reverted since stays so").isEmpty();
    assertThat(applied(migrator)).containsExactly("20240101000000", "20240102000000");
  }

  @Test
  void takesOverGolangMigrateUpToItsVersion(ScratchDatabase db) throws Exception {
    MigrationSet set = golang();
    Sql.execute(db, GOLANG_TABLE + "CREATE TABLE a (id int); CREATE TABLE b (id int);");
    Sql.execute(db, "INSERT INTO schema_migrations VALUES (2, false)");
    Migrator migrator = migrator(db, set);
    assertThat(adopt(migrator)).containsExactly("000001", "000002");
    assertThat(migrator.migrate().applied()).hasSize(1);
    migrator.revert(migrator.planRevertAll());
    assertThat(Sql.rows(db, "SELECT to_regclass('a'), to_regclass('c')"))
        .containsExactly("null|null");
    assertThat(migrator.migrate().applied()).hasSize(3);
    assertThat(Sql.rows(db, "TABLE schema_migrations")).containsExactly("2|f");
  }

  @Test
  void takesOverRackGateway(ScratchDatabase db) throws Exception {
    MigrationSet set = rack();
    Sql.execute(db, RACK_TABLE + "CREATE TABLE a (id int);");
    Sql.execute(db, "INSERT INTO schema_migrations (version) VALUES ('0001')");
    Migrator migrator = migrator(db, set);
    assertThat(adopt(migrator)).containsExactly("0001");
    assertThat(migrator.migrate().applied()).hasSize(2);
  }

  /** Others keep the same two columns and write more than the version into the first. */
  @Test
  void knowsAFileByItsWholeName(ScratchDatabase db) throws Exception {
    MigrationSet set = rack();
    Sql.execute(db, RACK_TABLE + "CREATE TABLE a (id int); CREATE TABLE b (id int);");
    Sql.execute(db, "INSERT INTO schema_migrations (version) VALUES ('0001_a'), ('0002_b.sql')");
    Migrator migrator = migrator(db, set);
    refuses(migrator::migrate, "rack has applied these migrations already", "gwdb adopt");
    assertThat(adopt(migrator)).containsExactly("0001", "0002");
    assertThat(migrator.migrate().applied()).hasSize(1);
  }

  /** golang-migrate's x-migrations-table, and two services in one database. */
  @Test
  void findsATableOfAnotherName(ScratchDatabase db) throws Exception {
    Migrator migrator = migrator(db, golang());
    Sql.execute(db, GOLANG_TABLE.replace("schema_migrations", "\"my Shop\""));
    Sql.execute(db, "CREATE TABLE a (id int); INSERT INTO \"my Shop\" VALUES (1, false)");
    refuses(migrator::migrate, "public.my Shop says", "gwdb adopt", "migrations.history_schema");
    AdoptPlan plan = migrator.planAdopt(Optional.empty(), Optional.empty(), false);
    try (Connection other = db.dataSource().getConnection()) {
      Sql.execute(other, "SELECT pg_advisory_lock(%d)".formatted(golangKey(db, "my Shop")));
      refuses(() -> migrator.adopt(plan), "golang-migrate is migrating this database right now");
    }
    Sql.execute(db, GOLANG_TABLE + "INSERT INTO schema_migrations VALUES (3, false)");
    refuses(() -> adopt(migrator), "public.my Shop (golang-migrate)", "--table");
    assertThat(migrator.planAdopt(Optional.empty(), Optional.of("public.my Shop"), false).toAdopt())
        .hasSize(1);
    refuses(
        () -> migrator.planAdopt(Optional.empty(), Optional.of("shop"), false),
        "no table of another migration tool called shop here");
    migrator.adopt(plan);
    assertThat(migrator.migrate().applied()).hasSize(2);
  }

  @Test
  void keepsWhenSqlxAndRackGatewayAppliedEach(ScratchDatabase db) throws Exception {
    MigrationSet set = sqlx();
    runSqlx(db, set, "20240101000000");
    Sql.execute(
        db,
        "UPDATE _sqlx_migrations SET installed_on = '2024-01-05T10:00:00Z', execution_time = 7000000");
    Migrator migrator = migrator(db, set);
    adopt(migrator);
    MigrationStatus.Entry entry = migrator.status().entries().getFirst();
    assertThat(entry.installedOn()).contains(Instant.parse("2024-01-05T10:00:00Z"));
    assertThat(entry.duration()).contains(Duration.ofMillis(7));
    assertThat(Sql.rows(db, "SELECT started_at <= finished_at FROM gwdb_journal"))
        .containsExactly("t");
  }

  @Test
  void refusesWhatIsUnfinishedAndSaysTheRemedy(ScratchDatabase db) throws Exception {
    Migrator migrator = migrator(db, golang());
    Sql.execute(db, GOLANG_TABLE + "INSERT INTO schema_migrations VALUES (2, true)");
    refuses(() -> adopt(migrator), "version 2 dirty", "migrate force");
    Sql.execute(db, "UPDATE schema_migrations SET version = -1");
    refuses(() -> adopt(migrator), "version -1 dirty");
    Sql.execute(db, "DROP TABLE schema_migrations;" + SQLX_TABLE);
    Sql.execute(db, "INSERT INTO _sqlx_migrations VALUES (1, 'a', now(), false, '\\x00', -1)");
    refuses(() -> adopt(migrator), "migration 1", "success = false", "delete its row");
    assertThat(Sql.rows(db, "SELECT to_regclass('flyway_schema_history')")).containsExactly("null");
  }

  @Test
  void comparesSqlxsChecksumsWithTheFilesBytes(ScratchDatabase db) throws Exception {
    MigrationSet set = sqlx();
    runSqlx(db, set, "20240101000000", "20240102000000");
    new Project(folder).with("20240101000000_a.sql", "CREATE TABLE a (id int);\n");
    Migrator migrator = migrator(db, MigrationSet.read(folder, Layout.SQLX));
    refuses(() -> adopt(migrator), "20240101000000_a.sql", "SHA-384", "--accept-checksums");
    assertThat(migrator.planAdopt(Optional.of(Tool.SQLX), Optional.empty(), true).toAdopt())
        .hasSize(2);
  }

  @Test
  void refusesVersionsWithoutFiles(ScratchDatabase db) throws Exception {
    Migrator migrator = migrator(db, golang());
    Sql.execute(db, GOLANG_TABLE + "INSERT INTO schema_migrations VALUES (7, false)");
    refuses(() -> adopt(migrator), "public.schema_migrations", "not here: 7");
  }

  @Test
  void asksWhenSeveralToolsWereHere(ScratchDatabase db) throws Exception {
    Migrator migrator = migrator(db, golang());
    refuses(() -> adopt(migrator), "no table of another migration tool", "gwdb baseline");
    Sql.execute(db, GOLANG_TABLE + SQLX_TABLE);
    refuses(
        () -> adopt(migrator),
        "public._sqlx_migrations (sqlx), public.schema_migrations (golang-migrate)",
        "--from");
    refuses(
        () -> migrator.planAdopt(Optional.of(Tool.RACK), Optional.empty(), false),
        "no table of rack");
    assertThat(
            migrator.planAdopt(Optional.of(Tool.GOLANG_MIGRATE), Optional.empty(), false).toAdopt())
        .isEmpty();
  }

  @Test
  void doesNotMistakeSomebodyElsesTable(ScratchDatabase db) throws Exception {
    Migrator migrator = migrator(db, golang());
    Sql.execute(db, "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)");
    refuses(() -> adopt(migrator), "no table of another migration tool");
    assertThat(migrator.migrate().applied()).hasSize(3);
  }

  @Test
  void migrateRefusesWhatAnotherToolHasRun(ScratchDatabase db) throws Exception {
    MigrationSet set = golang();
    Sql.execute(db, GOLANG_TABLE + "INSERT INTO schema_migrations VALUES (2, false)");
    refuses(() -> migrator(db, set).migrate(), "schema_migrations", "golang-migrate", "gwdb adopt");
    assertThat(Sql.rows(db, "SELECT to_regclass('a')")).containsExactly("null");
  }

  @Test
  void twoAtOnceWriteItOnce(ScratchDatabase db) throws Exception {
    MigrationSet set = sqlx();
    runSqlx(db, set, "20240101000000", "20240102000000");
    Migrator one = migrator(db, set);
    Migrator other = migrator(db, set);
    AdoptPlan plan = one.planAdopt(Optional.empty(), Optional.empty(), false);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Callable<Boolean>> both = List.of(() -> one.adopt(plan), () -> other.adopt(plan));
      List<Boolean> written = new ArrayList<>();
      for (Future<Boolean> run : threads.invokeAll(both)) {
        written.add(run.get());
      }
      assertThat(written).containsExactlyInAnyOrder(true, false);
    }
    assertThat(
            Sql.rows(
                db,
                "SELECT (SELECT count(*) FROM flyway_schema_history), count(*) FROM gwdb_journal"))
        .containsExactly("2|2");
  }

  /** All of it or nothing, whenever the process dies; and the next one ends it. */
  @Test
  void leavesNothingHalfWrittenWhenKilled(ScratchDatabase db) throws Exception {
    MigrationSet set = sqlx();
    runSqlx(db, set, "20240101000000", "20240102000000");
    AdoptPlan plan = migrator(db, set).planAdopt(Optional.empty(), Optional.empty(), false);
    boolean dead = true;
    int call = ThreadLocalRandom.current().nextInt(STEP);
    for (; dead; call += STEP) {
      MortalSource source = new MortalSource(db.dataSource(), call);
      Throwable thrown = catchThrowable(() -> new Migrator(source.dataSource(), set).adopt(plan));
      dead = source.isDead();
      assertThat(dead || thrown == null).as("call %d: %s", call, thrown).isTrue();
      await().pollInterval(Duration.ofMillis(10)).until(() -> Sql.rows(db, OTHERS).isEmpty());
      boolean absent =
          Sql.rows(db, "SELECT to_regclass('flyway_schema_history')").equals(List.of("null"));
      assertThat(
              absent ? "0" : Sql.rows(db, "SELECT count(*) FROM flyway_schema_history").getFirst())
          .as("call %d", call)
          .isIn("0", "2");
      migrator(db, set).adopt(plan);
      assertThat(
              Sql.rows(db, "SELECT count(*), count(DISTINCT version) FROM flyway_schema_history"))
          .as("call %d", call)
          .containsExactly("2|2");
      assertThat(Sql.rows(db, "SELECT count(*) FROM gwdb_journal")).containsExactly("2");
      Sql.execute(db, "DROP TABLE flyway_schema_history, gwdb_journal");
    }
    assertThat(call).isGreaterThan(4 * STEP);
  }

  @Test
  void waitsForNobodyButRefusesWhileTheOtherToolWorks(ScratchDatabase db) throws Exception {
    MigrationSet set = golang();
    Sql.execute(db, GOLANG_TABLE + "CREATE TABLE a (id int);");
    Sql.execute(db, "INSERT INTO schema_migrations VALUES (1, false)");
    Migrator migrator = migrator(db, set);
    AdoptPlan plan = migrator.planAdopt(Optional.empty(), Optional.empty(), false);
    try (Connection other = db.dataSource().getConnection()) {
      Sql.execute(
          other, "SELECT pg_advisory_lock(%d)".formatted(golangKey(db, "schema_migrations")));
      refuses(() -> migrator.adopt(plan), "golang-migrate is migrating this database right now");
    }
    try (Connection other = db.dataSource().getConnection()) {
      other.setAutoCommit(false);
      Sql.execute(other, "UPDATE schema_migrations SET version = 2");
      refuses(() -> migrator.adopt(plan), "golang-migrate is migrating this database right now");
      other.commit();
    }
    refuses(() -> migrator.adopt(plan), "has changed since");
    assertThat(applied(migrator)).isEmpty();
  }

  /** golang-migrate, database/util.go. */
  private static long golangKey(ScratchDatabase db, String table) {
    CRC32 crc = new CRC32();
    crc.update(("public\0" + table + "\0" + db.name()).getBytes(StandardCharsets.UTF_8));
    return Integer.toUnsignedLong((int) crc.getValue() * (int) 1486364155L);
  }
}
