package dev.gatewaydb.migrator.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Sql;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ScratchPostgres.class)
final class SchemaSnapshotTest {
  private static List<String> names(SchemaSnapshot snapshot) {
    return snapshot.objects().stream().map(object -> object.id().toString()).toList();
  }

  @Test
  void everyKindIsThere(ScratchDatabase database) throws SQLException {
    SchemaSnapshot snapshot =
        Snapshots.after(
            database,
            """
            CREATE SCHEMA "S";
            CREATE EXTENSION pg_trgm;
            CREATE TYPE e AS ENUM ('a', 'b');
            CREATE DOMAIN d AS text CHECK (VALUE > '');
            CREATE TYPE c AS (a integer);
            CREATE TYPE r AS RANGE (subtype = integer);
            CREATE COLLATION k (provider = icu, locale = 'de');
            CREATE SEQUENCE s;
            CREATE TABLE t (a integer CHECK (a > 0), b text);
            CREATE INDEX i ON t (b);
            CREATE STATISTICS x ON a, b FROM t;
            CREATE VIEW v AS SELECT 1 AS one;
            CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE PROCEDURE p(integer) LANGUAGE sql AS '';
            CREATE AGGREGATE g (integer) (SFUNC = int4pl, STYPE = integer);
            CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
            CREATE OPERATOR FAMILY fam USING hash;
            CREATE OPERATOR CLASS cls FOR TYPE integer USING btree AS FUNCTION 1 btint4cmp(integer, integer);
            CREATE CAST (c AS text) WITH INOUT;
            CREATE RULE ru AS ON INSERT TO v DO INSTEAD NOTHING;
            CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
            CREATE POLICY po ON t USING (true);
            CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
            CREATE EVENT TRIGGER et ON sql_drop EXECUTE FUNCTION ef();
            CREATE PUBLICATION pub FOR TABLE t;
            CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = simple);
            CREATE TEXT SEARCH CONFIGURATION tc (COPY = simple);
            CREATE FOREIGN DATA WRAPPER w;
            CREATE SERVER sv FOREIGN DATA WRAPPER w;
            CREATE FOREIGN TABLE ft () SERVER sv;
            CREATE USER MAPPING FOR PUBLIC SERVER sv;
            ALTER DEFAULT PRIVILEGES IN SCHEMA "S" GRANT SELECT ON TABLES TO PUBLIC;
            """);

    assertThat(names(snapshot))
        .contains(
            "schema \"S\"",
            "extension pg_trgm",
            "collation public.k",
            "enum public.e",
            "domain public.d",
            "composite type public.c",
            "range type public.r",
            "function public.f()",
            "procedure public.p(integer)",
            "aggregate public.g(integer)",
            "operator public.=== (integer, integer)",
            "operator family public.fam USING hash",
            "operator class public.cls USING btree",
            "cast (public.c AS text)",
            "text search dictionary public.td",
            "text search configuration public.tc",
            "foreign data wrapper w",
            "server sv",
            "user mapping FOR PUBLIC SERVER sv",
            "sequence public.s",
            "table public.t",
            "foreign table public.ft",
            "view public.v",
            "materialized view public.m",
            "column public.t.a",
            "constraint public.d.d_check",
            "constraint public.t.t_a_check",
            "index public.t.i",
            "statistics public.t.x",
            "rule public.v.ru",
            "trigger public.t.tr",
            "policy public.t.po",
            "event trigger et",
            "publication pub")
        .anyMatch(name -> name.startsWith("default privileges FOR ROLE"));
  }

  @Test
  void triggersAndWhatTheyNeed(ScratchDatabase database) throws SQLException {
    SchemaSnapshot snapshot =
        Snapshots.after(
            database,
            """
            CREATE TABLE t (id integer);
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
            CREATE TRIGGER g AFTER UPDATE ON t REFERENCING NEW TABLE AS n
                FOR EACH STATEMENT EXECUTE FUNCTION f();
            ALTER TABLE t DISABLE TRIGGER g;
            """);

    CatalogObject trigger =
        snapshot.find(new ObjectId(ObjectKind.TRIGGER, "public.t.g")).orElseThrow();
    assertThat(trigger.property("enabled")).contains("DISABLE");
    assertThat(trigger.property("definition").orElseThrow()).contains("NEW TABLE AS n");
    assertThat(trigger.needs()).contains(new ObjectId(ObjectKind.FUNCTION, "public.f()"));
    assertThat(trigger.parent()).contains(new ObjectId(ObjectKind.TABLE, "public.t"));
  }

  @Test
  void extensionsCountAsOneObject(ScratchDatabase database) throws SQLException {
    assertThat(names(Snapshots.after(database, "CREATE EXTENSION hstore")))
        .containsExactly("schema public", "extension hstore");
  }

  @Test
  void anEmptyDatabaseHasItsPublicSchemaAlone(ScratchDatabase database) throws SQLException {
    SchemaSnapshot snapshot = Snapshots.of(database);
    assertThat(names(snapshot)).containsExactly("schema public");
    assertThat(snapshot.objects().getFirst().properties()).isEmpty();
  }

  @Test
  void theNumberOfQueriesDoesNotGrow(ScratchDatabase database) throws SQLException {
    int before = statementsOf(database);
    for (int i = 0; i < 5; i++) {
      Sql.execute(database, "CREATE TABLE t%d (id serial PRIMARY KEY, x text)".formatted(i));
    }
    assertThat(statementsOf(database)).isEqualTo(before).isLessThan(60);
  }

  private static int statementsOf(ScratchDatabase database) throws SQLException {
    AtomicInteger statements = new AtomicInteger();
    try (Connection real = database.dataSource().getConnection()) {
      Connection counting =
          (Connection)
              Proxy.newProxyInstance(
                  Connection.class.getClassLoader(),
                  new Class<?>[] {Connection.class},
                  (proxy, method, arguments) -> {
                    if (method.getName().contains("Statement")) {
                      statements.incrementAndGet();
                    }
                    return method.invoke(real, arguments);
                  });
      SchemaSnapshot.read(counting);
    }
    return statements.get();
  }

  @Test
  void theSessionsSettingsDoNotMatterAndStay(ScratchDatabase database) throws SQLException {
    Sql.execute(
        database,
        """
        CREATE SCHEMA s;
        CREATE TABLE s.t (d date DEFAULT '2024-02-01', z timestamptz DEFAULT '2024-02-01 00:00+00',
            i interval DEFAULT '1 day 2 hours', b bytea DEFAULT '\\x00ff')
        """);
    SchemaSnapshot plain = Snapshots.of(database);
    try (Connection connection = database.dataSource().getConnection()) {
      Sql.execute(
          connection,
          """
          SET search_path = s; SET timezone = 'Asia/Tokyo';
          SET intervalstyle = sql_standard; SET bytea_output = escape; SET quote_all_identifiers = on
          """);
      assertThat(SchemaSnapshot.read(connection).objects()).isEqualTo(plain.objects());
      connection.setAutoCommit(false);
      Sql.execute(connection, "CREATE TABLE s.uncommitted ()");
      assertThat(names(SchemaSnapshot.read(connection))).contains("table s.uncommitted");
      assertThat(Sql.rows(connection, "SELECT current_setting('search_path')"))
          .containsExactly("s");
    }
  }

  @Test
  void passwordsOfForeignServersAreNotRead(ScratchDatabase database) throws SQLException {
    SchemaSnapshot snapshot =
        Snapshots.after(
            database,
            """
            CREATE FOREIGN DATA WRAPPER w OPTIONS (api_token 'geheim');
            CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h', password 'geheim');
            CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'geheim');
            CREATE FOREIGN TABLE t (id integer) SERVER s OPTIONS (passfile 'geheim');
            """);
    assertThat(names(snapshot)).contains("user mapping FOR PUBLIC SERVER s", "server s");
    assertThat(snapshot.objects().toString()).contains("host=h").doesNotContain("geheim");
  }

  @Test
  void tablesComeWithWhatTheyNeed(@Migrated ScratchDatabase database) throws SQLException {
    SchemaSnapshot exported =
        Snapshots.of(database)
            .ofTables(List.of("api_keys", "policy_client_secret", "encrypted_data_refs"));

    assertThat(names(exported))
        .contains(
            "schema public",
            "function public.gateway_set_updated_at()",
            "function public.api_keys_notify()",
            "table public.api_keys",
            "trigger public.api_keys.api_keys_notify_update")
        .noneMatch(name -> name.contains("gateway_metadata") || name.contains("flyway"));
  }

  @Test
  void aForeignKeyOutOfTheSelectionIsLeftOut(ScratchDatabase database) throws SQLException {
    SchemaSnapshot whole =
        Snapshots.after(
            database,
            """
            CREATE TYPE mood AS ENUM ('good');
            CREATE FUNCTION inner_one() RETURNS mood LANGUAGE sql AS $$ SELECT 'good'::mood $$;
            CREATE FUNCTION outer_one() RETURNS mood LANGUAGE sql AS $$ SELECT inner_one() $$;
            CREATE TABLE "user" (id serial PRIMARY KEY);
            CREATE TABLE a (u integer REFERENCES "user", m mood DEFAULT outer_one());
            """);

    assertThat(names(whole.ofTables(List.of("a"))))
        .contains("enum public.mood", "function public.inner_one()")
        .noneMatch(name -> name.contains("user") || name.contains("fkey"));
    assertThat(names(whole.ofTables(List.of("public.a", "user"))))
        .contains("constraint public.a.a_u_fkey", "sequence public.user_id_seq");
    assertThatThrownBy(() -> whole.ofTables(List.of("a", "missing", "gone")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("there is no table missing\nthere is no table gone");
  }

  @Test
  void otherToolsTablesCanBeLeftOut(ScratchDatabase database) throws SQLException {
    SchemaSnapshot whole =
        Snapshots.after(
            database, "CREATE TABLE mine (); CREATE TABLE history (id serial PRIMARY KEY, x text)");
    assertThat(names(whole.withoutTables(List.of("history"))))
        .containsExactly("schema public", "table public.mine");
  }

  @Test
  void schemasComeWithTheirExtensions(ScratchDatabase database) throws SQLException {
    SchemaSnapshot whole =
        Snapshots.after(
            database,
            """
            CREATE EXTENSION citext;
            CREATE SCHEMA "One"; CREATE TABLE "One".t (a citext);
            CREATE SCHEMA two; CREATE TABLE two.t ();
            """);
    assertThat(names(whole.ofSchemas(List.of("One"))))
        .containsExactly(
            "schema \"One\"", "extension citext", "table \"One\".t", "column \"One\".t.a");
  }
}
