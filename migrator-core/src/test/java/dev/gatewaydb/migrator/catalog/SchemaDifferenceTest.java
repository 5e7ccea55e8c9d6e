package dev.gatewaydb.migrator.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ScratchPostgres.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SchemaDifferenceTest {
  private final ScratchDatabase database;

  SchemaDifferenceTest(ScratchDatabase database) {
    this.database = database;
  }

  private SchemaDifference difference(String expected, String actual) throws SQLException {
    return SchemaDifference.between(
        Snapshots.after(database, expected), Snapshots.after(database, actual));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CREATE TABLE t ()             | SELECT 1                      | table public.t   | MISSING | ''      | BREAKING
          SELECT 1                      | CREATE TABLE t (a text)       | table public.t   | EXTRA   | ''      | BREAKING
          CREATE TABLE t (a int)        | CREATE TABLE t (a bigint)     | column public.t.a| CHANGED | type    | BREAKING
          CREATE TABLE t (a int)        | CREATE TABLE t (a int NOT NULL)| column public.t.a| CHANGED | not null | BREAKING
          CREATE TABLE t (a int DEFAULT 1)| CREATE TABLE t (a int)      | column public.t.a| CHANGED | default | BREAKING
          CREATE TABLE t (a int)        | CREATE TABLE t (a int, b int) | column public.t.b| EXTRA   | ''      | BREAKING
          CREATE TABLE t (a int, b int) | CREATE TABLE t (b int, a int) | table public.t   | CHANGED | column order | COSMETIC
          CREATE TABLE t ()             | CREATE UNLOGGED TABLE t ()    | table public.t   | CHANGED | unlogged | NOTABLE
          CREATE TABLE t (a int CHECK (a > 0)) | CREATE TABLE t (a int CHECK (a > 1)) | constraint public.t.t_a_check | CHANGED | definition | BREAKING
          CREATE TABLE t (a int)        | CREATE TABLE t (a int); CREATE INDEX i ON t (a) | index public.t.i | EXTRA | '' | NOTABLE
          CREATE TABLE t (a int)        | CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a) | index public.t.i | EXTRA | '' | BREAKING
          CREATE TABLE t ()             | CREATE TABLE t (); COMMENT ON TABLE t IS 'x' | table public.t | CHANGED | comment | COSMETIC
          CREATE TABLE t ()             | CREATE TABLE t (); GRANT SELECT ON t TO PUBLIC | table public.t | CHANGED | privileges | NOTABLE
          CREATE TYPE e AS ENUM ('a')   | CREATE TYPE e AS ENUM ('a', 'b') | enum public.e | CHANGED | labels  | BREAKING
          CREATE TABLE t (a int CONSTRAINT x CHECK (a > 0)) | CREATE TABLE t (a int CONSTRAINT y CHECK (a > 0)) | constraint public.t.x | CHANGED | name | COSMETIC
          CREATE VIEW v AS SELECT 1 AS a | CREATE VIEW v AS SELECT 2 AS a | view public.v | CHANGED | definition | BREAKING
          """)
  void isFoundAndWeighed(
      String expected,
      String actual,
      String object,
      Difference.Change change,
      String property,
      Severity severity)
      throws SQLException {
    SchemaDifference difference = difference(expected, actual);

    assertThat(difference.differences())
        .singleElement()
        .satisfies(
            only -> {
              assertThat(only.object()).hasToString(object);
              assertThat(only.change()).isEqualTo(change);
              assertThat(only.property()).isEqualTo(property);
              assertThat(only.severity()).isEqualTo(severity);
            });
    assertThat(difference.worst()).contains(severity);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CREATE TABLE t (a int CHECK (a > 0), CHECK (a < 9)) | CREATE TABLE t (a int, CHECK (a < 9), CHECK (a > 0))
          CREATE TABLE t (a int UNIQUE) | CREATE TABLE old (a int UNIQUE); ALTER TABLE old RENAME TO t
          CREATE TABLE t (a int); CREATE INDEX ON t (a); CREATE INDEX ON t ((a + 1)) | CREATE TABLE t (a int); CREATE INDEX ON t ((a + 1)); CREATE INDEX ON t (a)
          CREATE TABLE t (a varchar CHECK (a IN ('x', 'y'))) | CREATE TABLE t (a varchar CONSTRAINT t_a_check CHECK (a::text = ANY (ARRAY['x'::varchar::text, 'y'::varchar::text])))
          CREATE TABLE t (a int, b int) | CREATE TABLE t (x int, a int); ALTER TABLE t DROP COLUMN x; ALTER TABLE t ADD COLUMN b int
          """)
  void whatMeansTheSameIsNone(String expected, String actual) throws SQLException {
    SchemaDifference difference = difference(expected, actual);
    assertThat(difference.toText("left", "right")).isEmpty();
    assertThat(difference.isEmpty()).isTrue();
    assertThat(difference.worst()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pg_monitor", "pg_read_all_data"})
  void whoOwnsEverythingIsNone(String owner) throws SQLException {
    String sql =
        """
        CREATE SCHEMA s;
        CREATE TABLE s.t (id serial);
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
        """;
    String asOther =
        "GRANT CREATE ON DATABASE %1$s TO %2$s; SET LOCAL ROLE %2$s;"
            .formatted(database.name(), owner);
    assertThat(difference(sql, asOther + sql).toText("left", "right")).isEmpty();
  }

  @Test
  void oneOwnerThatDiffersIsNotable() throws SQLException {
    String sql = "CREATE TABLE a (); CREATE TABLE b (); CREATE TABLE c ();";
    SchemaDifference difference = difference(sql, sql + "ALTER TABLE b OWNER TO pg_monitor");
    assertThat(difference.toText("left", "right"))
        .startsWith("~ table public.b: owner differs\n    left: ")
        .endsWith("    right: pg_monitor\n");
  }

  @Test
  void readsWell() throws SQLException {
    assertThat(
            difference(
                    "CREATE TABLE t (a int, b int); CREATE TABLE gone (id int)",
                    "CREATE TABLE t (a text DEFAULT 'x', b int CHECK (b > 0)); CREATE VIEW v AS SELECT 1 AS one")
                .toText("migrations", "database"))
        .isEqualTo(
            """
            - table public.gone: only in migrations
            + view public.v: only in database
                SELECT 1 AS one;
            ~ column public.t.a: default differs
                migrations: (none)
                database: 'x'::text
            ~ column public.t.a: type differs
                migrations: integer
                database: text
            + constraint public.t.t_b_check: only in database
                CHECK ((b > 0))
            """);
  }

  @Test
  void someCanBeIgnored() throws SQLException {
    SchemaDifference difference = difference("CREATE TABLE a (); CREATE TABLE b ()", "SELECT 1");
    assertThat(difference.without(d -> d.object().name().equals("public.a")).differences())
        .singleElement()
        .satisfies(d -> assertThat(d.object()).hasToString("table public.b"));
  }
}
