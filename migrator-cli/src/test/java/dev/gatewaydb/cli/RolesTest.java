package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.dao.key.ApiKeyAuthenticator;
import dev.gatewaydb.dao.key.Authentication;
import dev.gatewaydb.dao.key.Permission;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.StartupPolicy;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.schema.GatewaySchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code gwdb roles} on the built-in schema; what roles may do in general is the core's test. */
@ExtendWith(ScratchPostgres.class)
final class RolesTest {
  private static final String USER = "11111111-1111-4111-8111-111111111111";
  private static final String ADDRESS = "0x" + "ab".repeat(20);

  @TempDir private Path folder;
  private final String id = "c" + UUID.randomUUID().toString().substring(0, 8);

  private Project project(ScratchDatabase database) throws IOException {
    Files.writeString(
        folder.resolve("gwdb.toml"),
        """
        [roles]
        application = "%1$s_app"
        migrator = "%1$s_migrator"
        readonly = "%1$s_readonly"
        """
            .formatted(id));
    return Project.in(folder).with(database);
  }

  private static Project as(Project project, ScratchDatabase database, String role, String word) {
    return project.with("DATABASE_URL", settings(database, role, word).uri());
  }

  private static DatabaseSettings settings(ScratchDatabase database, String role, String word) {
    return database.settings().withLogin(role, Optional.of(Secret.of(word)));
  }

  private static void refused(ScratchDatabase database, String role, String word, String... sql)
      throws SQLException {
    try (Connection connection = settings(database, role, word).dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : sql) {
        assertThatThrownBy(() -> statement.execute(each))
            .as(role + ": " + each)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
    }
  }

  /** From nothing, as a managed server's administrator: no superuser at any point. */
  @Test
  void servicesWorkAsTheApplication(ScratchDatabase database) throws Exception {
    String admin = id + "_admin";
    Sql.execute(
        database,
        "CREATE ROLE %1$s LOGIN CREATEROLE PASSWORD 'a'; ALTER DATABASE \"%2$s\" OWNER TO %1$s"
            .formatted(admin, database.name()));
    Project project = project(database);
    Project asAdmin = as(project, database, admin, "a");
    asAdmin.run("roles", "check").exits(1);
    JsonNode made = asAdmin.run("roles", "apply", "--generate-passwords", "--json").exits(0).json();
    String app = made.at("/passwords/" + id + "_app").asText();
    String migrator = made.at("/passwords/" + id + "_migrator").asText();
    String readonly = made.at("/passwords/" + id + "_readonly").asText();
    assertThat(made.get("statements").toString()).doesNotContain(app, migrator, readonly);
    Project asMigrator = as(project, database, id + "_migrator", migrator);
    asMigrator.run("migrate").exits(0);
    asMigrator.run("roles", "apply").exits(0);
    asAdmin.run("roles", "check").exits(0);
    assertThat(asAdmin.run("roles", "apply").exits(0).err()).contains("nothing to do");
    Project asApp = as(project, database, id + "_app", app).with("ENCRYPTION_KEY", "ab".repeat(32));
    useKeys(asApp, settings(database, id + "_app", app));
    useSecrets(asApp);
    asApp.run("status").exits(0);
    asApp.run("refs", "list").exits(0);
    asApp.run("refs", "purge").exits(0);
    asApp.run("drift").exits(0);
    asApp.run("environment", "show").exits(0);
    asApp.run("environment", "set", "production", "--yes").exits(5);
    MigrationSet migrations =
        MigrationSet.onClassPath(
            RolesTest.class.getClassLoader(), GatewaySchema.migrationsLocation());
    Migrator.migrateOnStartup(
        settings(database, id + "_app", app).dataSource(), migrations, StartupPolicy.DEFAULT);
    refused(
        database,
        id + "_app",
        app,
        "DELETE FROM api_key_change",
        "UPDATE api_key_change SET changed_by = 'x'",
        "TRUNCATE api_keys",
        "UPDATE flyway_schema_history SET success = false",
        "DELETE FROM gateway_metadata",
        "ALTER TABLE api_keys DISABLE TRIGGER ALL",
        "CREATE TABLE public.x (id INT)");
    refused(
        database,
        id + "_readonly",
        readonly,
        "DELETE FROM api_keys",
        "INSERT INTO api_key_change DEFAULT VALUES");
    as(project, database, id + "_readonly", readonly).run("keys", "list").exits(0);
    asMigrator.run("revert", "--yes", "--accept-loss", "all").exits(0);
    asMigrator.run("migrate").exits(0);
    asAdmin.run("roles", "check").exits(0);
  }

  private static void useKeys(Project project, DatabaseSettings settings) {
    JsonNode made =
        project
            .run(
                "keys",
                "create",
                "--name",
                "n",
                "--user",
                USER,
                "--address",
                ADDRESS,
                "--permission",
                "rpc",
                "--json")
            .exits(0)
            .json();
    String key = made.get("id").asText();
    String secret = made.get("key").asText();
    try (ApiKeyAuthenticator authenticator =
        ApiKeyAuthenticator.on(settings.dataSource()).start()) {
      await().until(authenticator::isListening);
      assertThat(authenticator.authenticate(secret, Permission.RPC_READ))
          .isInstanceOf(Authentication.Granted.class);
      project.run("keys", "update", key, "--name", "m").exits(0);
      project.run("keys", "rotate", key, "--overlap", "1h").exits(0);
      // Heard of by NOTIFY.
      project.run("keys", "revoke", key).exits(0);
      await()
          .until(
              () ->
                  authenticator.authenticate(secret, Permission.RPC_READ)
                      instanceof Authentication.Denied);
    }
    assertThat(project.run("keys", "usage", "--json").exits(0).out()).contains("1");
    project.run("keys", "show", key).exits(0);
    project.run("keys", "seed", "--dev").exits(0);
  }

  private static void useSecrets(Project project) {
    String[] place = {"--policy-client", ADDRESS, "--policy-data", ADDRESS, "--chain-id", "1"};
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("x".getBytes(StandardCharsets.UTF_8)));
    try {
      project.run(with(place, "secrets", "put")).exits(0);
    } finally {
      System.setIn(before);
    }
    assertThat(project.run(with(place, "secrets", "get")).exits(0).out()).isEqualTo("x");
    project.run("secrets", "status").exits(0);
  }

  private static String[] with(String[] options, String... words) {
    String[] all = java.util.Arrays.copyOf(words, words.length + options.length);
    System.arraycopy(options, 0, all, words.length, options.length);
    return all;
  }

  @Test
  void theDashboardsTablesStayTheDashboards(@Migrated ScratchDatabase database) throws Exception {
    Sql.execute(
        database,
        """
        CREATE TABLE "user" (id UUID PRIMARY KEY);
        CREATE TABLE project (id UUID PRIMARY KEY);
        CREATE FUNCTION theirs() RETURNS INT LANGUAGE sql RETURN 1
        """);
    Project project = project(database);
    Result result = project.run("roles", "apply", "--transfer-ownership").exits(1);
    assertThat(result.out())
        .doesNotContain("user\"")
        .doesNotContain("project")
        .doesNotContain("theirs");
    assertThat(result.err())
        .contains("GRANT SELECT ON TABLE public.\"user\" TO %s_app".formatted(id));
    assertThat(Sql.value(database, "SELECT relacl IS NULL FROM pg_class WHERE relname = 'user'"))
        .isEqualTo("t");
    JsonNode findings = project.run("roles", "check", "--json").exits(1).json().get("findings");
    assertThat(findings).hasSize(2);
    Sql.execute(
        database,
        "GRANT SELECT, REFERENCES ON \"user\" TO %1$s_migrator; GRANT SELECT ON \"user\" TO %1$s_app"
            .formatted(id));
    project.run("roles", "check").exits(0);
  }

  @Test
  void passwordsComeFromAnywhereButArguments(@Migrated ScratchDatabase database) throws Exception {
    Files.writeString(folder.resolve("word"), "from a file\n");
    Project project =
        project(database)
            .with("GWDB_MIGRATOR_PASSWORD_FILE", "word")
            .with("GWDB_READONLY_PASSWORD", "from variable");
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("from stdin\r\n".getBytes(StandardCharsets.UTF_8)));
    Result result;
    try {
      result =
          project.run("roles", "apply", "--transfer-ownership", "--password-stdin", "application");
    } finally {
      System.setIn(before);
    }
    assertThat(result.exits(0).out() + result.err())
        .doesNotContain("from a file", "from variable", "from stdin")
        .contains("PASSWORD 'SCRAM-SHA-256$…'");
    as(project, database, id + "_app", "from stdin").run("status").exits(0);
    as(project, database, id + "_migrator", "from a file").run("status").exits(0);
    as(project, database, id + "_readonly", "from variable").run("status").exits(0);
    assertThat(project.run("roles", "apply").exits(0).err()).contains("nothing to do");
    String renewed =
        project
            .run("roles", "apply", "--new-password", "application", "--json")
            .exits(0)
            .json()
            .at("/passwords/" + id + "_app")
            .asText();
    as(project, database, id + "_app", renewed).run("status").exits(0);
    as(project, database, id + "_app", "from stdin").run("status").exits(3);
    project.with("GWDB_MIGRATOR_PASSWORD", "both").run("roles", "apply").exits(2);
    project.with("GWDB_MIGRATOR_PASSWORD_FILE", "absent").run("roles", "apply").exits(2);
    project.run("roles", "apply", "--new-password", "readonly").exits(2);
    project.run("roles", "apply", "--new-password", "audit_reader").exits(2);
    project.run("roles", "apply", "--new-password", "nobody").exits(2);
  }

  @Test
  void showPrintsOnlySqlThatPsqlRuns(@Migrated ScratchDatabase database) throws Exception {
    Project project = project(database);
    Result plain = project.run("roles", "show").exits(0);
    assertThat(plain.err()).contains("--transfer-ownership");
    String sql = project.run("roles", "show", "--transfer-ownership").exits(0).out();
    assertThat(project.run("roles", "show", "--transfer-ownership").exits(0).out()).isEqualTo(sql);
    Path file = Files.writeString(folder.resolve("roles.sql"), sql);
    Sql.executeFile(database, file);
    Sql.executeFile(database, file);
    project.run("roles", "check").exits(0);
    assertThat(project.run("roles", "apply", "--json").exits(0).json().get("statements")).isEmpty();
  }

  @Test
  void faultsOfTheFileAreReportedTogether(@Migrated ScratchDatabase database) throws IOException {
    Files.writeString(
        folder.resolve("gwdb.toml"),
        """
        [roles]
        application = "pg_x"
        readonly = ""
        login = ["nobody"]
        [[roles.table]]
        application = ["ALL"]
        """);
    Result result = Project.in(folder).with(database).run("roles", "check").exits(2);
    assertThat(result.errors()).hasSize(5);
  }
}
