package dev.gatewaydb.dao.key;

import static dev.gatewaydb.dao.key.Fixtures.BY;
import static dev.gatewaydb.dao.key.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.dao.usage.UsageRecorder;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PgBouncer, which the build doesn't bring along: {@code -Dexcluded.test.groups=} runs it.
 */
@Tag("pgbouncer")
@ExtendWith(ScratchPostgres.class)
final class PoolerTest {
  @TempDir private Path folder;

  /** It refuses to run as root, and everything it reads is for its user alone. */
  private Process start(DatabaseSettings server, String mode, int port) throws Exception {
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
                server.database(),
                server.user(),
                server.jdbcProperties().getProperty("password"),
                port,
                users,
                mode));
    List<String> command = new ArrayList<>(List.of("/usr/sbin/pgbouncer", settings.toString()));
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(1, List.of("-u", "nobody"));
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private static PGSimpleDataSource through(int port) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {port});
    source.setDatabaseName("pooled");
    source.setUser("pooled");
    source.setPassword("pooled");
    // What docs/keys.md says for poolers that don't follow prepared statements.
    source.setPrepareThreshold(0);
    return source;
  }

  private static boolean answers(PGSimpleDataSource source) {
    try (Connection connection = source.getConnection()) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "session"})
  void looksUpAndCountsThroughItAndListensBesideIt(String mode, @Migrated ScratchDatabase database)
      throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Process bouncer = start(database.settings(), mode, port);
    PGSimpleDataSource pooled = through(port);
    AtomicLong skipped = new AtomicLong();
    try (UsageRecorder usage =
        UsageRecorder.start(pooled, Duration.ofDays(1), new SimpleMeterRegistry())) {
      await().until(() -> answers(pooled));
      ApiKeyStore store = new ApiKeyStore(pooled, KeyHasher.PLAIN);
      IssuedKey issued = store.create(key("n", "rpc"), BY);
      String secret = issued.secret().reveal();
      WatchedDataSource listener = new WatchedDataSource(pooled);
      AuthenticatorOptions wrong =
          ApiKeyAuthenticator.on(pooled).usage(usage).listenOn(listener.dataSource());
      wrong.nanoTime = () -> System.nanoTime() + skipped.get();
      AuthenticatorOptions right =
          ApiKeyAuthenticator.on(pooled).usage(usage).listenOn(database.dataSource());
      try (ApiKeyAuthenticator misled = wrong.start();
          ApiKeyAuthenticator told = right.start()) {
        await().until(told::isListening);
        await().until(() -> listener.connections() > 0);
        for (int i = 0; i < 3; i++) {
          assertThat(grants(misled, secret)).isTrue();
          assertThat(grants(told, secret)).isTrue();
        }
        assertThat(misled.isListening()).isFalse();
        store.revoke(issued.key().id(), BY);
        await().until(() -> !grants(told, secret));
        skipped.set(Duration.ofMillis(2001).toNanos());
        assertThat(grants(misled, secret)).isFalse();
        assertThat(misled.isListening()).isFalse();
        assertThat(listener.statements()).noneMatch(sql -> sql.startsWith("LISTEN"));
      }
      usage.flush();
      assertThat(Fixtures.rows(database.dataSource(), "SELECT request_count FROM api_key_usage"))
          .containsExactly("6");
    } finally {
      bouncer.destroyForcibly().waitFor();
    }
  }

  private static boolean grants(ApiKeyAuthenticator authenticator, String secret) {
    return authenticator.authenticate(secret, Permission.RPC_READ)
        instanceof Authentication.Granted;
  }
}
