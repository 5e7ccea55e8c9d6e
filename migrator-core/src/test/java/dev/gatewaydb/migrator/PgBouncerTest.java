package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.operate.health.HealthCheck;
import dev.gatewaydb.migrator.operate.health.HealthThresholds;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real PgBouncer, which the build doesn't bring along: {@code -Dexcluded.test.groups=} runs it.
 */
@Tag("pgbouncer")
@ExtendWith(ScratchPostgres.class)
final class PgBouncerTest {
  private static final String SETTINGS =
      "SELECT current_setting('default_transaction_read_only'), current_setting('lock_timeout'),"
          + " current_setting('statement_timeout')";

  @TempDir private Path folder;

  /** It refuses to run as root, and everything it reads is for its user alone. */
  private Process start(ScratchDatabase db, String mode, int port) throws Exception {
    Path program = Path.of("/usr/sbin/pgbouncer");
    assertThat(program).isExecutable();
    DatabaseSettings server = db.settings();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path users = folder.resolve("users.txt");
    Files.writeString(users, "\"pooled\" \"pooled\"\n");
    Path settings = folder.resolve("pgbouncer.ini");
    Files.writeString(
        settings,
        """
        [databases]
        pooled = host=%s port=%d dbname=%s user=%s password='%s'
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = plain
        auth_file = %s
        pool_mode = %s
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(
                server.hosts().getFirst().host(),
                server.hosts().getFirst().port(),
                db.name(),
                server.user(),
                server.jdbcProperties().getProperty("password"),
                port,
                users,
                mode));
    List<String> command = new ArrayList<>(List.of(program.toString(), settings.toString()));
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(1, List.of("-u", "nobody"));
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  /** In transaction mode, the next client gets the session with all that was set in it. */
  @Test
  void healthLeavesNothingBehind(ScratchDatabase db) throws Exception {
    int port = freePort();
    Process bouncer = start(db, "transaction", port);
    try {
      DatabaseSettings pooled = awaitAnswer(bouncer, port);
      assertThat(new HealthCheck(pooled.dataSource(), HealthThresholds.DEFAULT).run().sections())
          .containsKeys("connections", "tables");
      try (Connection next = pooled.dataSource().getConnection()) {
        assertThat(Sql.rows(next, SETTINGS)).containsExactly("off|0|0");
      }
    } finally {
      bouncer.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "session"})
  void isRefused(String mode, ScratchDatabase db) throws Exception {
    int port = freePort();
    Process bouncer = start(db, mode, port);
    try {
      DatabaseSettings pooled = awaitAnswer(bouncer, port);
      Project project =
          new Project(folder.resolve("sql")).with("V1__a.sql", "CREATE TABLE a (id int);");
      Migrator migrator = new Migrator(pooled.dataSource(), project.set());

      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(migrator::migrate)
          .withMessageContaining("PgBouncer")
          .satisfies(e -> assertThat(e.nextStep()).contains("straight to PostgreSQL"));
      assertThat(Sql.rows(db, "SELECT to_regclass('a'), to_regclass('flyway_schema_history')"))
          .containsExactly("null|null");
      assertThat(Sql.rows(db, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory'")).isEmpty();
      assertThat(migrator.status().pending()).hasSize(1);
    } finally {
      bouncer.destroyForcibly().waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private DatabaseSettings awaitAnswer(Process bouncer, int port) {
    DatabaseSettings pooled =
        DatabaseSettings.fromEnvironment(
            Map.of(
                "DATABASE_URL",
                "postgresql://pooled:pooled@127.0.0.1:%d/pooled?sslmode=disable".formatted(port)));
    await()
        .untilAsserted(
            () -> {
              assertThat(bouncer.isAlive()).as(log()).isTrue();
              assertThat(answers(pooled)).as(log()).isTrue();
            });
    return pooled;
  }

  private String log() throws Exception {
    return Files.readString(folder.resolve("log"));
  }

  private static boolean answers(DatabaseSettings pooled) {
    try (Connection connection = pooled.dataSource().getConnection()) {
      return Sql.rows(connection, "SELECT 1").equals(List.of("1"));
    } catch (SQLException notYet) {
      return false;
    }
  }
}
