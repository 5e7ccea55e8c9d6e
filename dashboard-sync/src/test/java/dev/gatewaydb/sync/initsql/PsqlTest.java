package dev.gatewaydb.sync.initsql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Loads the gateway's file as the entry point of PostgreSQL's Docker image does. */
@ExtendWith(ScratchPostgres.class)
@Tag("pg_dump")
final class PsqlTest {
  private static final String KEYS =
      "SELECT conname FROM pg_constraint WHERE conname = 'api_keys_user_id_fkey'";

  /** As Alembic makes them in the dashboard's repository, after the gateway's. */
  private static final String DASHBOARD =
      """
      CREATE TABLE "user" (id uuid PRIMARY KEY, email text UNIQUE NOT NULL);
      CREATE TABLE project (id uuid PRIMARY KEY, owner_id uuid NOT NULL REFERENCES "user" (id));
      CREATE TABLE user_key (
        user_id uuid NOT NULL REFERENCES "user" (id),
        api_key_id uuid NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
        PRIMARY KEY (user_id, api_key_id));
      """;

  @TempDir private Path folder;

  @Test
  void loadsBeforeTheDashboardsTablesAndAfterThem(ScratchServer server, ScratchDatabase database)
      throws Exception {
    Path file = folder.resolve("10-gateway-tables.sql");
    Files.writeString(
        file,
        new InitSqlGenerator(server, Databases.GATEWAY)
            .fromMigrations(Databases.gatewayMigrations())
            .text());
    assertThat(psql(database, file)).isZero();
    assertThat(psql(database, write("dashboard.sql", DASHBOARD))).isZero();
    assertThat(Databases.column(database, KEYS)).isEmpty();
    assertThat(psql(database, file)).isZero();
    assertThat(Databases.column(database, KEYS)).hasSize(1);
  }

  /** The container must not start with half of it. */
  @Test
  void failsWhereATableIsOfAnotherShape(ScratchServer server, ScratchDatabase database)
      throws Exception {
    String text =
        new InitSqlGenerator(server, Databases.GATEWAY)
            .fromMigrations(Databases.gatewayMigrations())
            .text();
    assertThat(psql(database, write("other.sql", "CREATE TABLE api_keys (id int);"))).isZero();
    assertThat(psql(database, write("gateway.sql", text))).isEqualTo(3);
    assertThat(
            Databases.column(
                database, "SELECT relname FROM pg_class WHERE relname = 'policy_client_secret'"))
        .isEmpty();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** The image's docker-entrypoint.sh has this command. */
  private int psql(ScratchDatabase database, Path file)
      throws IOException, InterruptedException, SQLException {
    DatabaseSettings settings = database.settings();
    ProcessBuilder builder =
        new ProcessBuilder(
                "psql",
                "-v",
                "ON_ERROR_STOP=1",
                "--no-password",
                "--no-psqlrc",
                "-f",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("psql.out").toFile());
    builder.environment().put("PGHOST", settings.hosts().getFirst().host());
    builder.environment().put("PGPORT", "" + settings.hosts().getFirst().port());
    builder.environment().put("PGUSER", settings.user());
    builder.environment().put("PGDATABASE", database.name());
    builder.environment().put("PGPASSWORD", settings.password().map(Secret::reveal).orElse(""));
    return builder.start().waitFor();
  }
}
