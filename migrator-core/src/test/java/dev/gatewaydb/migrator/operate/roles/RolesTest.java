package dev.gatewaydb.migrator.operate.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.check.Ownership;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each role can do its job and nothing more, seen by logging in as it. */
@ExtendWith(ScratchPostgres.class)
final class RolesTest {
  private static final String[] SCHEMA = {
    "CREATE TABLE item (id BIGSERIAL PRIMARY KEY, name TEXT)",
    "CREATE TABLE trail (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what TEXT)",
    "CREATE FUNCTION doubled(n INT) RETURNS INT LANGUAGE sql IMMUTABLE RETURN n * 2",
    "CREATE FUNCTION forget() RETURNS VOID LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM public.item'",
    "CREATE PROCEDURE add_item() LANGUAGE sql AS 'INSERT INTO public.item (name) VALUES (''x'')'",
  };

  private RolesFixture db;
  @TempDir private Path folder;

  @BeforeEach
  void setUp(ScratchDatabase database) throws SQLException {
    db = new RolesFixture(database);
    db.tables =
        List.of(new TableRule("trail", Map.of(RoleKind.APPLICATION, Set.of("SELECT", "INSERT"))));
  }

  @AfterEach
  void tearDown() throws SQLException {
    db.close();
  }

  @Test
  void needsNoSuperuserAndWhatMigrationsMakeIsUsableAtOnce() throws SQLException {
    db.apply(db.rolesOfAdmin());
    db.run(RoleKind.MIGRATOR, SCHEMA);
    db.may(
        RoleKind.APPLICATION,
        "INSERT INTO item (name) VALUES ('a')",
        "UPDATE item SET name = 'b'",
        "DELETE FROM item",
        "INSERT INTO trail (what) VALUES ('a')",
        "SELECT doubled(2)",
        "CALL add_item()",
        "SELECT * FROM item");
    db.may(RoleKind.READONLY, "SELECT * FROM item", "SELECT * FROM item_id_seq");
    // What no default privilege can know: that this table is an exception.
    db.apply(db.rolesOfAdmin());
    db.mayNot(
        RoleKind.APPLICATION,
        "UPDATE trail SET what = 'b'",
        "DELETE FROM trail",
        "TRUNCATE trail",
        "TRUNCATE item",
        "SELECT setval('item_id_seq', 1)",
        "CREATE TABLE public.mine (id INT)",
        "CREATE TRIGGER t BEFORE INSERT ON item EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE SCHEMA mine",
        "ALTER TABLE item ADD COLUMN mine INT",
        "DROP TABLE item",
        "CREATE ROLE mine",
        "SET ROLE " + db.quoted(RoleKind.MIGRATOR),
        "COPY item TO PROGRAM 'cat'");
    db.may(RoleKind.READONLY, "SELECT doubled(2)", "SELECT * FROM trail");
    db.mayNot(
        RoleKind.READONLY,
        "INSERT INTO item (name) VALUES ('a')",
        "UPDATE item SET name = 'b'",
        "DELETE FROM item",
        "TRUNCATE item",
        "SELECT nextval('item_id_seq')",
        "SELECT forget()",
        "CALL add_item()",
        "CREATE TABLE public.mine (id INT)");
    assertThat(db.messages()).isEmpty();
    assertThat(db.apply(db.rolesOfAdmin())).isEmpty();
    assertThat(
            db.column(
                "SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member"
                    + " WHERE r.rolname = '"
                    + db.admin
                    + "' AND to_jsonb(m) ->> 'inherit_option' = 'true'"))
        .as("the owner's rights are given back")
        .isEmpty();
  }

  @Test
  void migrationRoleMigratesAndItsHistoryIsNobodyElsesToWrite() throws Exception {
    db.apply(db.rolesOfAdmin());
    Files.writeString(folder.resolve("V1__one.sql"), "CREATE TABLE one (id INT)");
    MigrationSet migrations = MigrationSet.read(folder, Layout.FLYWAY);
    new Migrator(db.as(db.name(RoleKind.MIGRATOR)).dataSource(), migrations).migrate();
    db.may(
        RoleKind.APPLICATION, "SELECT * FROM flyway_schema_history", "INSERT INTO one VALUES (1)");
    db.mayNot(
        RoleKind.APPLICATION,
        "DELETE FROM flyway_schema_history",
        "UPDATE flyway_schema_history SET success = false",
        "INSERT INTO flyway_schema_history SELECT * FROM flyway_schema_history");
    assertThat(db.messages()).isEmpty();
    // The application may ask whether anything is to be done, as a service does when it starts.
    assertThat(
            new Migrator(db.as(db.name(RoleKind.APPLICATION)).dataSource(), migrations)
                .migrate()
                .applied())
        .isEmpty();
    Files.writeString(folder.resolve("V2__two.sql"), "CREATE TABLE two (id INT)");
    MigrationSet more = MigrationSet.read(folder, Layout.FLYWAY);
    assertThatThrownBy(
            () -> new Migrator(db.as(db.name(RoleKind.APPLICATION)).dataSource(), more).migrate())
        .hasMessageContaining("permission denied");
  }

  @Test
  void theScriptDoesTheSameAndMayRunAgain() throws SQLException {
    db.superuser(SCHEMA);
    for (String owner :
        List.of(
            "TABLE item",
            "TABLE trail",
            "FUNCTION doubled(INT)",
            "FUNCTION forget()",
            "PROCEDURE add_item()")) {
      db.superuser("ALTER %s OWNER TO %s".formatted(owner, db.admin));
    }
    String script = db.rolesOfAdmin().script(true).sql();
    assertThat(db.rolesOfAdmin().script(true).sql()).isEqualTo(script);
    assertThat(script).doesNotContain("PASSWORD");
    RolesFixture.run(db.as(db.admin), script);
    String after = db.rolesOfAdmin().script(false).sql();
    RolesFixture.run(db.as(db.admin), script, after, script);
    assertThat(db.rolesOfAdmin().script(false).sql()).isEqualTo(after);
    assertThat(db.apply(db.rolesOfAdmin())).isEmpty();
    assertThat(db.messages()).isEmpty();
  }

  @Test
  void otherPeoplesObjectsAreRefusedOrTakenOverWhenAsked() throws SQLException {
    db.superuser(SCHEMA);
    db.superuser(
        "CREATE TYPE mood AS ENUM ('good')",
        "CREATE STATISTICS st (ndistinct) ON id, name FROM item",
        "CREATE SCHEMA more CREATE TABLE x (id SERIAL)",
        "CREATE VIEW more.v AS SELECT * FROM more.x",
        "CREATE AGGREGATE most(INT) (sfunc = int4larger, stype = INT)");
    assertThatThrownBy(() -> db.apply(db.roles()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(
            "postgres owns 11 of the project's objects: schema more, enum public.mood");
    assertThatThrownBy(() -> db.apply(db.rolesOfAdmin(), true))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("may not give away");
    assertThat(
            db.column(
                "SELECT 1 FROM pg_roles WHERE rolname = '" + db.name(RoleKind.MIGRATOR) + "'"))
        .isEmpty();
    db.apply(db.roles(), true);
    assertThat(db.messages()).isEmpty();
    db.may(
        RoleKind.MIGRATOR,
        "ALTER TABLE more.x ADD COLUMN n INT",
        "DROP TYPE mood",
        "DROP STATISTICS st",
        "DROP AGGREGATE most(INT)",
        "DROP SCHEMA more CASCADE");
    assertThat(db.apply(db.roles(), true)).isEmpty();
  }

  @Test
  void tablesOfAnApplicationThatOwnedThemStayUsable() throws SQLException {
    db.apply(db.roles());
    db.superuser(
        "CREATE TABLE item (id INT)",
        "ALTER TABLE item OWNER TO " + db.quoted(RoleKind.APPLICATION));
    assertThat(db.messages()).anyMatch(m -> m.endsWith("owns table public.item"));
    db.apply(db.roles(), true);
    db.may(RoleKind.APPLICATION, "INSERT INTO item VALUES (1)");
    db.mayNot(RoleKind.APPLICATION, "DROP TABLE item");
    assertThat(db.messages()).isEmpty();
  }

  @Test
  void auditWritersOnlyAppendThroughTheFunction() throws SQLException {
    db.auditSchemas = List.of("audit");
    db.appendFunctions = List.of("audit.append");
    db.apply(db.rolesOfAdmin());
    db.run(RoleKind.MIGRATOR, SCHEMA);
    db.run(
        RoleKind.MIGRATOR,
        "CREATE SCHEMA audit",
        "CREATE TABLE audit.event (id SERIAL, what TEXT)",
        """
        CREATE FUNCTION audit.append(what TEXT) RETURNS VOID LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
        AS 'INSERT INTO audit.event (what) VALUES ($1)'
        """,
        """
        CREATE FUNCTION audit.prune() RETURNS VOID LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
        AS 'DELETE FROM audit.event'
        """,
        "CREATE FUNCTION audit.total() RETURNS BIGINT LANGUAGE sql STABLE SECURITY DEFINER"
            + " AS 'SELECT count(*) FROM audit.event'");
    for (RoleKind kind :
        new RoleKind[] {RoleKind.APPLICATION, RoleKind.AUDIT_READER, RoleKind.READONLY}) {
      db.mayNot(kind, "SELECT * FROM audit.event", "SELECT audit.append('x')");
    }
    db.apply(db.rolesOfAdmin());
    for (RoleKind kind : new RoleKind[] {RoleKind.APPLICATION, RoleKind.AUDIT_WRITER}) {
      db.may(kind, "SELECT audit.append('x')");
      db.mayNot(
          kind,
          "SELECT * FROM audit.event",
          "INSERT INTO audit.event (what) VALUES ('y')",
          "UPDATE audit.event SET what = 'y'",
          "DELETE FROM audit.event",
          "TRUNCATE audit.event",
          "SELECT audit.prune()",
          "SELECT audit.total()");
    }
    db.mayNot(RoleKind.AUDIT_WRITER, "SELECT * FROM item");
    db.may(RoleKind.AUDIT_READER, "SELECT * FROM audit.event", "SELECT audit.total()");
    db.mayNot(
        RoleKind.AUDIT_READER,
        "SELECT audit.append('x')",
        "DELETE FROM audit.event",
        "SELECT audit.prune()",
        "SELECT * FROM item");
    db.mayNot(RoleKind.READONLY, "SELECT * FROM audit.event", "SELECT audit.append('x')");
    assertThat(db.messages()).isEmpty();
    assertThat(db.apply(db.rolesOfAdmin())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"; DROP TABLE item; --",
        "'; DROP TABLE item; --",
        "$do$; DROP TABLE item; $do$",
        "\\' %s Ünï 😀"
      })
  void namesAreOnlyNames(String tail, ScratchDatabase other) throws SQLException {
    try (RolesFixture odd = new RolesFixture(other, tail)) {
      odd.auditSchemas = List.of("audit");
      odd.superuser(
          "CREATE TABLE item (id INT)",
          "CREATE TABLE \"I\"\"t'; $do$ %s\" (\"C\" INT)",
          "CREATE SCHEMA \"S \"\"%d\" CREATE TABLE t (id INT)");
      odd.apply(odd.roles(), true);
      assertThat(odd.messages())
          .containsExactly("roles.audit_schemas names audit, which isn't there");
      RolesFixture.run(odd.database.settings(), odd.roles().script(false).sql());
      assertThat(odd.apply(odd.roles())).isEmpty();
      odd.may(RoleKind.APPLICATION, "INSERT INTO item VALUES (1)", "SELECT * FROM \"S \"\"%d\".t");
      odd.mayNot(RoleKind.APPLICATION, "DROP TABLE item");
    }
  }

  @Test
  void refusesNamesThatCannotBe() {
    db.names.put(RoleKind.APPLICATION, "pg_app");
    db.names.put(RoleKind.READONLY, "x".repeat(64));
    db.names.put(RoleKind.MIGRATOR, "");
    db.names.put(RoleKind.AUDIT_READER, "same");
    db.names.put(RoleKind.AUDIT_WRITER, "same");
    assertThatThrownBy(db::settings)
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.faults()).hasSize(4));
    db.names.clear();
  }

  @Test
  void takesOverNobodyPowerful() throws SQLException {
    String app = db.quoted(RoleKind.APPLICATION);
    String script = db.roles().script(false).sql();
    db.superuser("CREATE ROLE " + app);
    for (String attribute :
        List.of("SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS")) {
      db.superuser("ALTER ROLE %s %s".formatted(app, attribute));
      assertThatThrownBy(() -> db.apply(db.roles()))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining(attribute);
      assertThatThrownBy(() -> db.superuser(script))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("may do more than is wanted");
      assertThat(db.messages()).anyMatch(m -> m.endsWith("has " + attribute));
      db.superuser("ALTER ROLE %s NO%s".formatted(app, attribute));
    }
    assertThat(
            db.column(
                "SELECT 1 FROM pg_roles WHERE rolname = '" + db.name(RoleKind.MIGRATOR) + "'"))
        .isEmpty();
  }

  @Test
  void findsWhatIsTooMuch() throws SQLException {
    db.apply(db.roles());
    db.run(RoleKind.MIGRATOR, SCHEMA);
    db.apply(db.roles());
    String app = db.quoted(RoleKind.APPLICATION);
    String group = db.admin + "_group";
    db.superuser(
        "CREATE TABLE theirs (id INT)",
        "GRANT TRUNCATE ON item TO " + app,
        "GRANT SELECT ON item TO %s WITH GRANT OPTION".formatted(app),
        "GRANT UPDATE (what) ON trail TO " + app,
        "GRANT UPDATE ON item_id_seq TO " + app,
        "GRANT SELECT ON item TO PUBLIC",
        "GRANT EXECUTE ON FUNCTION forget() TO PUBLIC",
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
        "GRANT CREATE ON DATABASE \"%s\" TO PUBLIC".formatted(db.database.name()),
        "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO " + app,
        "CREATE ROLE %1$s; GRANT %1$s TO %2$s; GRANT TRUNCATE ON trail TO %1$s"
            .formatted(group, app),
        "GRANT pg_read_all_data TO " + group,
        "ALTER DEFAULT PRIVILEGES GRANT TRUNCATE ON TABLES TO " + app,
        "ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA public GRANT TRUNCATE ON TABLES TO %s"
            .formatted(db.quoted(RoleKind.MIGRATOR), app),
        "ALTER ROLE %s CREATEDB VALID UNTIL '2001-01-01'".formatted(db.quoted(RoleKind.READONLY)),
        "GRANT INSERT ON item TO " + db.quoted(RoleKind.READONLY),
        "REVOKE SELECT ON item FROM " + db.quoted(RoleKind.READONLY),
        "REVOKE DELETE ON item FROM " + app,
        "GRANT USAGE ON LANGUAGE plpgsql TO " + app,
        "SELECT lo_create(4711)",
        "GRANT SELECT ON LARGE OBJECT 4711 TO " + app);
    String all = String.join("\n", db.messages());
    String a = db.name(RoleKind.APPLICATION);
    String r = db.name(RoleKind.READONLY);
    assertThat(all.lines())
        .contains(
            a + " has TRUNCATE on TABLE public.item",
            a + " has SELECT WITH GRANT OPTION on TABLE public.item",
            a + " has UPDATE (what) on TABLE public.trail",
            a + " has UPDATE on SEQUENCE public.item_id_seq",
            a + " has EXECUTE on ROUTINE pg_catalog.pg_read_file(text)",
            a + " has TRUNCATE on TABLE public.trail through " + group,
            a + " is a member of " + group + " (has its rights)",
            a + " is a member of pg_read_all_data (has its rights; that reads every table)",
            a + " has rights on large object 4711",
            a + " will have TRUNCATE on tables that postgres makes",
            a
                + " will have TRUNCATE on tables that "
                + db.name(RoleKind.MIGRATOR)
                + " makes in schema public",
            a + " lacks DELETE on TABLE public.item",
            r + " has CREATEDB",
            r + " has INSERT on TABLE public.item",
            "everybody has SELECT on TABLE public.item",
            "everybody has EXECUTE on ROUTINE public.forget()",
            "everybody has CREATE on SCHEMA public")
        .anyMatch(m -> m.startsWith("everybody has CREATE on DATABASE"))
        .anyMatch(m -> m.contains("is valid until 2001"))
        .anyMatch(m -> m.equals("postgres owns 1 of the project's objects: table public.theirs"));
    db.superuser(
        "ALTER ROLE %s NOCREATEDB VALID UNTIL 'infinity'".formatted(r),
        "DROP TABLE theirs",
        "SELECT lo_unlink(4711)",
        "DROP OWNED BY %1$s; DROP ROLE %1$s".formatted(group),
        "ALTER DEFAULT PRIVILEGES REVOKE TRUNCATE ON TABLES FROM " + app,
        "REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM " + app,
        "REVOKE USAGE ON LANGUAGE plpgsql FROM " + app,
        "REVOKE CREATE ON DATABASE \"%s\" FROM PUBLIC".formatted(db.database.name()));
    db.apply(db.roles());
    assertThat(db.messages()).isEmpty();
  }

  @Test
  void saysHowToTakeBackWhatApplyLeaves() throws Exception {
    db.apply(db.roles());
    db.superuser(
        "ALTER DEFAULT PRIVILEGES FOR ROLE %s GRANT SELECT ON TABLES TO PUBLIC"
            .formatted(db.quoted(RoleKind.MIGRATOR)));
    List<RoleFinding> findings = db.roles().check().findings();
    assertThat(findings).hasSize(1);
    db.superuser(findings.getFirst().nextStep());
    assertThat(db.messages()).isEmpty();
  }

  @Test
  void manyAtOnceAllSucceed(ScratchDatabase second) throws Exception {
    RolesFixture other = new RolesFixture(second);
    other.names.clear();
    other.names.putAll(db.names);
    other.tables = db.tables;
    try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
      List<Callable<List<String>>> calls =
          List.of(
              () -> db.apply(db.roles()),
              () -> other.apply(other.roles()),
              () -> db.apply(db.roles()),
              () -> other.apply(other.roles()));
      for (Future<List<String>> each : pool.invokeAll(calls)) {
        each.get();
      }
    }
    assertThat(db.messages()).isEmpty();
    assertThat(other.messages()).isEmpty();
    other.names.forEach((kind, name) -> drop(other, name));
    other.names.clear();
    other.close();
  }

  private static void drop(RolesFixture db, String name) {
    try {
      if (!db.column("SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'").isEmpty()) {
        db.superuser("DROP OWNED BY " + name);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatFailsHalfWayLeavesNothing() throws SQLException {
    db.superuser(
        """
        CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'stop here'; END $$
        """,
        "ALTER FUNCTION stop() OWNER TO " + db.admin,
        "CREATE EVENT TRIGGER stop ON ddl_command_start WHEN TAG IN ('ALTER DEFAULT PRIVILEGES')"
            + " EXECUTE FUNCTION stop()");
    assertThatThrownBy(() -> db.apply(db.roles(), true))
        .isInstanceOf(FailedException.class)
        .hasMessageContaining("stop here");
    assertThat(
            db.column(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE '%s%%'"
                    .formatted(db.admin.replace("_admin", "_%"))))
        .containsExactly(db.admin);
    db.superuser("DROP EVENT TRIGGER stop");
  }

  @Test
  void aRoleWithoutTheRightIsTold() throws SQLException {
    db.superuser("ALTER ROLE %s NOCREATEROLE".formatted(db.admin));
    assertThatThrownBy(() -> db.apply(db.rolesOfAdmin()))
        .isInstanceOfSatisfying(
            FailedException.class, e -> assertThat(e.nextStep()).contains("CREATEROLE"));
  }

  @Test
  void theMigrationRoleItselfPutsNewTablesRight() throws SQLException {
    db.apply(db.rolesOfAdmin());
    db.run(RoleKind.MIGRATOR, SCHEMA);
    assertThat(db.messages()).isNotEmpty();
    db.apply(db.roles(db.as(db.name(RoleKind.MIGRATOR))));
    assertThat(db.messages()).isEmpty();
  }

  @Test
  void onlyTheProjectsTablesAreTouched() throws SQLException {
    db.superuser(SCHEMA);
    db.superuser(
        "CREATE TABLE \"user\" (id INT PRIMARY KEY)",
        "GRANT SELECT ON \"user\" TO PUBLIC",
        "ALTER TABLE item ADD COLUMN user_id INT REFERENCES \"user\"",
        "CREATE FUNCTION theirs() RETURNS INT LANGUAGE sql RETURN 1",
        "CREATE VIEW shown AS SELECT name FROM item",
        "CREATE VIEW mixed AS SELECT name FROM item, \"user\"");
    db.ownership = new Ownership(Optional.of(List.of("item", "trail", "absent")), List.of());
    db.tables =
        List.of(
            new TableRule("user", Map.of(RoleKind.APPLICATION, Set.of("SELECT", "REFERENCES"))));
    String before =
        db.column("SELECT relacl::text FROM pg_class WHERE relname = 'user'").getFirst();
    db.apply(db.roles(), true);
    assertThat(db.column("SELECT relacl::text FROM pg_class WHERE relname = 'user'"))
        .containsExactly(before);
    assertThat(
            db.column(
                "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = '%s' AND relkind IN ('r', 'S', 'v')"
                    .formatted(db.name(RoleKind.MIGRATOR))))
        .containsExactlyInAnyOrder("item", "item_id_seq", "trail", "trail_id_seq", "shown");
    assertThat(db.roles().check().findings())
        .anySatisfy(
            f -> {
              assertThat(f.message()).endsWith("lacks REFERENCES on TABLE public.\"user\"");
              assertThat(f.nextStep()).startsWith("as its owner, postgres: GRANT REFERENCES ON");
            })
        .anyMatch(f -> f.message().equals("everybody has SELECT on TABLE public.\"user\""));
    db.mayNot(RoleKind.APPLICATION, "INSERT INTO \"user\" VALUES (1)", "SELECT * FROM mixed");
    db.may(RoleKind.APPLICATION, "SELECT * FROM shown", "INSERT INTO item (name) VALUES ('x')");
  }

  @Test
  void aDatabaseOfOnesOwnIsClosedToEverybody() throws SQLException {
    db.exclusive = true;
    db.apply(db.rolesOfAdmin());
    assertThat(
            db.column(
                "SELECT has_database_privilege(r, current_database(), p)::text FROM"
                    + " (VALUES ('%s')) r (r), (VALUES ('CONNECT'), ('TEMP'), ('CREATE')) p (p)"
                        .formatted(db.name(RoleKind.APPLICATION))))
        .containsExactly("true", "false", "false");
    assertThat(db.messages()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "with 'quote\" \\ $x$ %s", "päßwörd ﬁ①\u00ad\u00a0x", "😀"})
  void passwordsAreLoggedInWith(String text) throws SQLException {
    Secret password = Secret.of(text);
    Roles.Passwords given =
        (kind, made) -> kind == RoleKind.APPLICATION ? Optional.of(password) : Optional.empty();
    List<String> ran =
        db.roles().apply(Roles.Mode.FOR_GOOD, false, given, MigrationListener.SILENT);
    assertThat(String.join("", ran)).doesNotContain(text).contains("PASSWORD 'SCRAM-SHA-256$…'");
    RolesFixture.run(
        db.database.settings().withLogin(db.name(RoleKind.APPLICATION), Optional.of(password)),
        "SELECT 1");
    assertThatThrownBy(
            () ->
                RolesFixture.run(
                    db.database
                        .settings()
                        .withLogin(
                            db.name(RoleKind.APPLICATION), Optional.of(Secret.of(text + "x"))),
                    "SELECT 1"))
        .isInstanceOf(SQLException.class);
    assertThat(
            db.column(
                    "SELECT rolpassword FROM pg_authid WHERE rolname = '%s'"
                        .formatted(db.name(RoleKind.APPLICATION)))
                .getFirst())
        .startsWith("SCRAM-SHA-256$4096:");
    assertThat(db.roles().apply(Roles.Mode.FOR_GOOD, false, given, MigrationListener.SILENT))
        .isEmpty();
  }

  /** As on 14, where it belongs to the provider. */
  @Test
  void aSchemaOfSomebodyElseIsLeftAndTold() throws SQLException {
    db.superuser(
        "ALTER SCHEMA public OWNER TO CURRENT_USER",
        "GRANT CREATE, USAGE ON SCHEMA public TO PUBLIC");
    db.apply(db.rolesOfAdmin());
    db.run(RoleKind.MIGRATOR, SCHEMA);
    db.may(RoleKind.APPLICATION, "SELECT * FROM item");
    db.apply(db.rolesOfAdmin());
    assertThat(db.rolesOfAdmin().check().findings())
        .singleElement()
        .satisfies(
            f ->
                assertThat(f.nextStep())
                    .isEqualTo(
                        "as its owner, postgres: REVOKE CREATE ON SCHEMA public FROM PUBLIC"));
    db.superuser("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    assertThat(db.rolesOfAdmin().check().findings())
        .singleElement()
        .satisfies(
            f ->
                assertThat(f.nextStep())
                    .startsWith("as its owner, postgres: GRANT CREATE ON SCHEMA public TO"));
  }

  @Test
  void aDryRunIsTakenBack() throws SQLException {
    List<String> ran =
        db.rolesOfAdmin()
            .apply(
                Roles.Mode.DRY_RUN,
                false,
                (kind, made) -> Optional.of(RolesFixture.PASSWORD),
                MigrationListener.SILENT);
    assertThat(ran).anyMatch(sql -> sql.contains("CREATE ROLE"));
    assertThat(
            db.column(
                "SELECT 1 FROM pg_roles WHERE rolname = '" + db.name(RoleKind.MIGRATOR) + "'"))
        .isEmpty();
  }
}
