package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Projects of sqlx, golang-migrate and Rack Gateway, on a real server. */
@ExtendWith(ScratchPostgres.class)
final class OtherLayoutsMigrateTest {
  private static final String CATALOG =
      """
      SELECT 'relation', relname::text FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i'
         AND relname !~ '^(flyway_schema_history|gwdb_journal)'
      UNION ALL SELECT 'type', typname FROM pg_type
       WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
      UNION ALL SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      ORDER BY 1, 2
      """;

  @TempDir private Path folder;
  private Project project;

  @BeforeEach
  void make() {
    project = new Project(folder);
  }

  private Migrator migrator(ScratchDatabase db, Layout layout) {
    return new Migrator(db.dataSource(), MigrationSet.read(folder, layout));
  }

  /** What real sets are made of, in turn. */
  private static String up(int i) {
    return switch (i % 7) {
      case 0 -> "CREATE TABLE t%1$d (id bigserial PRIMARY KEY, name text DEFAULT 'a;b');\n";
      case 1 -> "BEGIN;\n\nCREATE TABLE t%1$d (id int);\nCREATE INDEX ON t%1$d (id);\n\nCOMMIT;\n";
      case 2 -> "-- a type\r\nCREATE TYPE e%1$d AS ENUM ('a', 'b');\r\n";
      case 3 ->
          """
          CREATE OR REPLACE FUNCTION f%1$d() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            NEW.id := 1; -- BEGIN; COMMIT;
            RETURN NEW;
          END;
          $$;
          """;
      case 4 ->
          "begin; -- all or nothing\nCREATE TABLE t%1$d (id int)\n;\nEND TRANSACTION -- done\n;";
      case 5 -> "DO $do$ BEGIN CREATE VIEW v%1$d AS SELECT 1 AS one; END $do$;\n";
      default -> "/* none */ CREATE SEQUENCE s%1$d;\nCOMMENT ON SEQUENCE s%1$d IS 'it''s';";
    };
  }

  private static String down(int i) {
    return switch (i % 7) {
      case 0 -> "DROP TABLE IF EXISTS t%1$d;";
      case 1 -> "BEGIN TRANSACTION;\nDROP TABLE t%1$d;\nCOMMIT";
      case 2 -> "DROP TYPE e%1$d;\r\n";
      case 3 -> "DROP FUNCTION f%1$d();";
      case 4 -> "START TRANSACTION;\nDROP TABLE t%1$d;\ncommit work;\n";
      case 5 -> "DROP VIEW v%1$d;";
      default -> "DROP SEQUENCE s%1$d;";
    };
  }

  @Test
  void hundredsOfGolangMigrate(ScratchDatabase db) throws Exception {
    int count = 300;
    for (int i = 1; i <= count; i++) {
      // Gaps are usual.
      String name = "%06d_step_%d".formatted(i * (i % 50 == 0 ? 3 : 1) + (i / 50) * 1000, i);
      project.with(name + ".up.sql", up(i).formatted(i));
      project.with(name + ".down.sql", down(i).formatted(i));
    }
    project.with("README.md", "# how").with("embed.go", "package migrations").with(".keep", "");
    Migrator migrator = migrator(db, Layout.GOLANG_MIGRATE);

    assertThat(migrator.migrate().applied()).hasSize(count);
    assertThat(Sql.rows(db, CATALOG)).hasSizeGreaterThan(count);
    assertThat(migrator.migrate().applied()).isEmpty();
    assertThat(migrator.status().unsound()).isEmpty();

    assertThat(migrator.revert(migrator.planRevertAll()).applied()).hasSize(count);
    assertThat(Sql.rows(db, CATALOG)).isEmpty();
    assertThat(migrator.migrateTo("7").applied()).hasSize(7);
  }

  @Test
  void hundredsOfSqlxSimpleFirstThenReversible(ScratchDatabase db) throws Exception {
    int simple = 60;
    int count = 240;
    for (int i = 1; i <= count; i++) {
      String name = "%d_step_%d".formatted(20260000000000L + i * 1000L, i);
      if (i <= simple) {
        project.with(name + ".sql", up(i).formatted(i));
      } else {
        project.with(name + ".up.sql", up(i).formatted(i));
        project.with(name + ".down.sql", down(i).formatted(i));
      }
    }
    Migrator migrator = migrator(db, Layout.SQLX);
    String lastSimple = Long.toString(20260000000000L + simple * 1000L);

    migrator.migrateTo(lastSimple);
    List<String> before = Sql.rows(db, CATALOG);
    assertThat(migrator.migrate().applied()).hasSize(count - simple);
    assertThat(migrator.revert(migrator.planRevertAll()).applied()).hasSize(count - simple);
    assertThat(Sql.rows(db, CATALOG)).isEqualTo(before);
    assertThat(migrator.status().currentVersion()).contains(lastSimple);
    assertThat(catchThrowableOfType(RefusedException.class, () -> migrator.planRevertTo("0")))
        .hasMessageContaining("20260000060000_step_60.sql is a simple migration");
  }

  @Test
  void versionsAreShownAndTakenAsTheProjectWritesThem(ScratchDatabase db) throws Exception {
    for (int i = 1; i <= 12; i++) {
      project.with("%06d_n.up.sql".formatted(i), "CREATE TABLE n%d (id int);".formatted(i));
      project.with("%06d_n.down.sql".formatted(i), "DROP TABLE n%d;".formatted(i));
    }
    Migrator migrator = migrator(db, Layout.GOLANG_MIGRATE);
    MigrateReport report = migrator.migrateTo("9");
    assertThat(report.toVersion()).contains("000009");
    assertThat(report.applied()).extracting(a -> a.version().orElse("")).contains("000001");
    report = migrator.migrate();
    assertThat(report.fromVersion()).contains("000009");
    assertThat(report.toVersion()).contains("000012");
    assertThat(
            Sql.rows(db, "SELECT version, script FROM flyway_schema_history WHERE version = '9'"))
        .containsExactly("9|000009_n.up.sql");
    assertThat(migrator.status().isApplied("000010")).isTrue();

    assertThat(migrator.revert(migrator.planRevertTo("000010")).toVersion()).contains("000010");
    assertThat(migrator.force("7", "test"))
        .containsExactly("not applied: 000008", "not applied: 000009", "not applied: 000010");
    assertThat(migrator.force("000009", "test"))
        .containsExactly("applied: 000008", "applied: 000009");
    assertThat(migrator.status().currentVersion()).contains("000009");

    project.without("000009_n.up.sql").without("000009_n.down.sql");
    MigrationStatus missing = migrator(db, Layout.GOLANG_MIGRATE).status();
    assertThat(missing.unsound()).extracting(e -> e.version().orElse("")).contains("000009");
    // Renumbering the files changes nothing for a tool whose versions are numbers.
    project
        .with("09_n.up.sql", "CREATE TABLE n9 (id int);")
        .with("09_n.down.sql", "DROP TABLE n9;");
    Migrator renamed = migrator(db, Layout.GOLANG_MIGRATE);
    assertThat(renamed.status().unsound()).isEmpty();
    assertThat(renamed.revert(renamed.planRevert(1)).applied())
        .extracting(a -> a.version().orElse(""))
        .containsExactly("09");
  }

  @Test
  void plainTextsRunInTheOrderOfTheirNames(ScratchDatabase db) throws Exception {
    project
        .with("2024-01-02_a.sql", "CREATE TABLE log (at serial, what text);")
        .with("2024-01-10_b.sql", "INSERT INTO log (what) VALUES ('b');")
        .with("2024-02-01_c.sql", "INSERT INTO log (what) VALUES ('c');")
        .with("2024-02-01b_d.sql", "INSERT INTO log (what) VALUES ('d');");
    Migrator migrator = migrator(db, Layout.PLAIN);
    assertThat(migrator.migrateTo("2024-02-01").toVersion()).contains("2024-02-01");
    assertThat(migrator.migrate().toVersion()).contains("2024-02-01b");
    assertThat(Sql.rows(db, "SELECT what FROM log ORDER BY at")).containsExactly("b", "c", "d");
    assertThat(catchThrowableOfType(RefusedException.class, () -> migrator.planRevert(1)))
        .hasMessageContaining("2024-02-01b_d.sql");
  }

  @Test
  void checksumsAreStableAcrossLineEndings(ScratchDatabase db) {
    project
        .with("1_a.sql", "SELECT 1;\nSELECT 2;\n")
        .with("2_b.sql", "BEGIN;\nSELECT 2;\nCOMMIT;\n");
    migrator(db, Layout.SQLX).migrate();
    project
        .with("1_a.sql", "SELECT 1;\r\nSELECT 2;\r\n")
        .with("2_b.sql", "\uFEFFBEGIN;\r\nSELECT 2;\r\nCOMMIT;\r\n");
    assertThat(migrator(db, Layout.SQLX).status().unsound()).isEmpty();
    project.with("2_b.sql", "SELECT 2;\n");
    assertThat(migrator(db, Layout.SQLX).status().unsound()).hasSize(1);
  }

  @Test
  void aPairAroundTheFileIsItsOnlyTransaction(ScratchDatabase db) throws Exception {
    project
        .with("1_a.up.sql", "SET lock_timeout = '1s';\nBEGIN;\nCREATE TABLE a ();\nCOMMIT;")
        .with("2_b.up.sql", "BEGIN;\nCREATE TABLE b ();\nSELECT 1 / 0;\nCOMMIT;\n");
    FailedException thrown =
        catchThrowableOfType(
            FailedException.class, () -> migrator(db, Layout.GOLANG_MIGRATE).migrate());
    assertThat(thrown).hasMessageStartingWith("2_b.up.sql:3: division by zero");
    assertThat(Sql.rows(db, "SELECT to_regclass('a'), to_regclass('b')")).containsExactly("a|null");
    assertThat(Sql.rows(db, "SELECT version FROM flyway_schema_history")).containsExactly("1");
  }

  @Test
  void whatWouldSplitAFileIsRefusedBeforeAnythingRuns(ScratchDatabase db) throws Exception {
    project
        .with("1_a.up.sql", "CREATE TABLE a ();")
        .with("2_b.up.sql", "BEGIN;\nCREATE TABLE b ();\nCOMMIT;\nBEGIN;\nSELECT 1;\nCOMMIT;")
        .with("3_c.up.sql", "BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;")
        .with("4_d.up.sql", "SELECT 1;\nCOMMIT;")
        .with("5_e.up.sql", "BEGIN ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\nCOMMIT;")
        .with("6_f.up.sql", "BEGIN;\nSELECT 1;\nROLLBACK;")
        .with("7_g.up.sql", "\\restrict abc\n\nSELECT 1;\n\\unrestrict abc\n")
        .with("8_h.up.sql", "SELECT 1;\n\\i other.sql\nSELECT 2;\n")
        .with("9_i.up.sql", "BEGIN;\nCREATE INDEX CONCURRENTLY i ON a (b);\nCOMMIT;");
    ConfigurationException thrown =
        catchThrowableOfType(
            ConfigurationException.class, () -> migrator(db, Layout.GOLANG_MIGRATE).migrate());
    assertThat(thrown.faults())
        .containsExactly(
            "2_b.up.sql:1: BEGIN would end the transaction that the script runs in",
            "3_c.up.sql:1: BEGIN would end the transaction that the script runs in",
            "4_d.up.sql:2: COMMIT would end the transaction that the script runs in",
            "5_e.up.sql:1: BEGIN ISOLATION would end the transaction that the script runs in",
            "6_f.up.sql:1: BEGIN would end the transaction that the script runs in",
            "7_g.up.sql:1: \\restrict is a command of psql; remove it",
            "8_h.up.sql:2: \\i is a command of psql; remove it",
            "9_i.up.sql:2: CREATE INDEX can't run in a transaction, and other statements of this file run in one");
    assertThat(
            Sql.rows(
                db, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        .isEmpty();
  }

  @Test
  void whatCannotRunInATransactionDoesNot(ScratchDatabase db) throws Exception {
    project
        .with("1_t.up.sql", "CREATE TABLE t (id int, n int);")
        .with("1_t.down.sql", "DROP TABLE t;")
        .with("2_i.up.sql", "CREATE INDEX CONCURRENTLY i ON t (id);")
        .with("2_i.down.sql", "DROP INDEX CONCURRENTLY i;")
        .with(
            "3_two.up.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY j ON t (n);\nANALYZE t;")
        .with("3_two.down.sql", "-- no-transaction\nDROP INDEX CONCURRENTLY j;\nANALYZE t;");
    for (Layout layout : List.of(Layout.GOLANG_MIGRATE, Layout.SQLX)) {
      Migrator migrator = migrator(db, layout);
      assertThat(migrator.migrate().applied()).hasSize(3);
      assertThat(
              Sql.rows(
                  db, "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 't'::regclass"))
          .containsExactlyInAnyOrder("i", "j");
      assertThat(migrator.revert(migrator.planRevertAll()).applied()).hasSize(3);
    }
    assertThat(Sql.rows(db, CATALOG)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"BEGIN;\nDROP TABLE t;\nCOMMIT;\nSELECT 1;", "\\echo x\nDROP TABLE t;"})
  void aDownScriptThatCannotBeRunIsRefusedFirst(String down, ScratchDatabase db) throws Exception {
    project.with("1_t.up.sql", "CREATE TABLE t ();").with("1_t.down.sql", down);
    Migrator migrator = migrator(db, Layout.SQLX);
    migrator.migrate();
    ConfigurationException thrown =
        catchThrowableOfType(ConfigurationException.class, () -> migrator.planRevert(1));
    assertThat(thrown.faults()).singleElement().asString().startsWith("1_t.down.sql:1: ");
    assertThat(Sql.rows(db, "SELECT to_regclass('t')")).containsExactly("t");
  }

  @Test
  void anEmptyDownScriptRevertsNothing(ScratchDatabase db) {
    project.with("1_t.up.sql", "CREATE TABLE t ();").with("1_t.down.sql", "");
    Migrator migrator = migrator(db, Layout.GOLANG_MIGRATE);
    migrator.migrate();
    assertThat(catchThrowableOfType(RefusedException.class, () -> migrator.planRevert(1)))
        .hasMessageContaining("1_t.up.sql is a simple migration");
  }

  @Test
  void versionZeroIsAMigration(ScratchDatabase db) throws Exception {
    project
        .with("000_base.up.sql", "CREATE TABLE zero ();")
        .with("000_base.down.sql", "DROP TABLE zero;")
        .with("001_next.up.sql", "CREATE TABLE one ();")
        .with("001_next.down.sql", "DROP TABLE one;");
    Migrator migrator = migrator(db, Layout.GOLANG_MIGRATE);
    assertThat(migrator.migrateTo("000").applied()).hasSize(1);
    assertThat(migrator.migrate().applied()).hasSize(1);
    assertThat(migrator.revert(migrator.planRevertTo("000")).toVersion()).contains("000");
    assertThat(migrator.revert(migrator.planRevertTo("0")).toVersion()).isEmpty();
    assertThat(Sql.rows(db, CATALOG)).isEmpty();
  }

  @Test
  void dryRunsTakeThemToo(ScratchDatabase db) throws Exception {
    project.with("1_t.up.sql", "BEGIN;\nCREATE TABLE t ();\nCOMMIT;");
    DryRunReport dry =
        migrator(db, Layout.GOLANG_MIGRATE)
            .dryRun(
                Optional.of("1"),
                () -> {
                  throw new AssertionError("nothing here needs a scratch server");
                });
    assertThat(dry.report().applied()).hasSize(1);
    assertThat(Sql.rows(db, "SELECT to_regclass('t')")).containsExactly("null");
  }
}
