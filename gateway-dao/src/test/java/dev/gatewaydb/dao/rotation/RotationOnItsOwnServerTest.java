package dev.gatewaydb.dao.rotation;

import static dev.gatewaydb.dao.crypto.EncryptionVersion.MASTER_KEY;
import static dev.gatewaydb.dao.crypto.EncryptionVersion.PLAINTEXT;
import static dev.gatewaydb.dao.crypto.EncryptionVersion.TENANT_KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.DatabaseException;
import dev.gatewaydb.dao.crypto.SecretFormat;
import dev.gatewaydb.dao.rotation.Phases.Phase;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.scratch.LocalServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/** What only a server that may be killed, and that may have standbys, can show. */
final class RotationOnItsOwnServerTest {
  private static final Path CACHE = Path.of(System.getProperty("user.home"), ".cache", "gwdb");

  @TempDir private static Path folder;
  private static LocalServer server;

  @BeforeAll
  static void make() {
    server = new LocalServer(folder.resolve("postgres"));
  }

  @BeforeEach
  void start() throws Exception {
    server.start(CACHE, freePort());
  }

  @AfterAll
  static void delete() {
    server.delete();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Secrets secrets(String name) throws SQLException {
    return new Secrets(server.superuser().dataSource(), name, SecretFormat.ENVELOPE)
        .create()
        .fill(Secrets.BEFORE, 1, 40, MASTER_KEY, TENANT_KEY);
  }

  private static Rotation rotation(
      Secrets secrets, long maxLagBytes, RotationListener listener, Phases phases) {
    return new Rotation(
        server.superuser().dataSource(),
        Secrets.BOTH,
        List.of(secrets.table()),
        RotationOptions.DEFAULT.withBatchRows(10).withMaxLagBytes(maxLagBytes),
        listener,
        phases);
  }

  @ParameterizedTest
  @EnumSource(value = Mode.class, names = "DRY_RUN", mode = EnumSource.Mode.EXCLUDE)
  void aServerThatIsKilledMidWay(Mode mode) throws Exception {
    Secrets before = secrets(mode.name().toLowerCase(Locale.ROOT));
    int[] batches = {0};
    Phases kill =
        phase -> {
          if (phase == Phase.BATCH_WRITTEN && ++batches[0] == 2) {
            ProcessHandle process = server.process().orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
          }
        };
    assertThatThrownBy(
            () -> rotation(before, 0, RotationListener.NONE, kill).run(Goal.ROTATE, mode))
        .isInstanceOfSatisfying(
            DatabaseException.class, e -> assertThat(e.isUnreachable()).isTrue());

    server.start(CACHE, freePort());
    Secrets after =
        new Secrets(server.superuser().dataSource(), before.table().name(), SecretFormat.ENVELOPE);
    Map<String, Integer> opened = after.opened();
    assertThat(opened.getOrDefault("new v1", 0)).isEqualTo(mode == Mode.ONLINE ? 5 : 0);
    assertThat(
            rotation(after, 0, RotationListener.NONE, phase -> {}).run(Goal.ROTATE, mode).failed())
        .isZero();
    assertThat(after.opened()).isEqualTo(Map.of("new v1", 20, "new v2", 20));
  }

  /** Not even where the server logs every statement with its parameters. */
  @ParameterizedTest
  @EnumSource(Mode.class)
  void aSecretInClearIsNotSentBack(Mode mode) throws Exception {
    String name = "clear_" + mode.name().toLowerCase(Locale.ROOT);
    Secrets secrets = new Secrets(server.superuser().dataSource(), name, SecretFormat.ENVELOPE);
    secrets
        .create()
        .fill(Secrets.builder(Secrets.OLD).allowPlaintext().build(), 1, 30, PLAINTEXT)
        .execute("ALTER ROLE %s SET log_min_duration_statement = 0".formatted(role()));
    long before = Files.size(server.log());
    new Rotation(
            server.superuser().dataSource(),
            Secrets.BEFORE,
            List.of(secrets.table()),
            RotationOptions.DEFAULT.withPlaintext(),
            RotationListener.NONE)
        .run(Goal.UPGRADE, mode);
    String log = Files.readString(server.log()).substring((int) before);
    assertThat(log).contains(mode == Mode.DRY_RUN ? "FROM " + name : "UPDATE " + name);
    String canary = HexFormat.of().formatHex("c4n4ry".getBytes(StandardCharsets.US_ASCII));
    assertThat(log.lines()).noneMatch(line -> line.contains("c4n4ry") || line.contains(canary));
    Map<String, Integer> opened = mode == Mode.DRY_RUN ? Map.of() : secrets.opened();
    assertThat(opened).isEqualTo(mode == Mode.DRY_RUN ? Map.of() : Map.of("old v2", 30));
    secrets.execute("ALTER ROLE %s RESET ALL".formatted(role()));
  }

  private static String role() {
    return '"' + server.superuser().user() + '"';
  }

  /** It says how far it is, and so doesn't need to be a real one. */
  @Test
  void waitsForAStandbyThatIsBehind() throws Exception {
    Secrets secrets = secrets("behind");
    LogSequenceNumber behind = position(secrets);
    secrets.execute(
        "INSERT INTO behind (id, part) SELECT -n, repeat('x', 99) FROM generate_series(1, 999) n");
    List<Long> waits = new ArrayList<>();
    try (PGReplicationStream standby = standby(behind)) {
      report(standby, behind);
      RotationListener catchesUp =
          new RotationListener() {
            @Override
            public void waitingForStandby(long lagBytes, Duration waited) {
              waits.add(lagBytes);
              try {
                report(standby, position(secrets));
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            }
          };
      rotation(secrets, 10_000, catchesUp, phase -> {}).run(Goal.ROTATE, Mode.ONLINE);
    }
    assertThat(waits).isNotEmpty().allMatch(lag -> lag > 10_000);
    assertThat(secrets.opened()).isEqualTo(Map.of("new v1", 20, "new v2", 20));
  }

  private static LogSequenceNumber position(Secrets secrets) throws SQLException {
    return LogSequenceNumber.valueOf(secrets.rows("SELECT pg_current_wal_lsn()").getFirst());
  }

  private static PGReplicationStream standby(LogSequenceNumber from) throws SQLException {
    DatabaseSettings settings = server.superuser();
    Properties properties = new Properties();
    PGProperty.REPLICATION.set(properties, "true");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "14");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    PGProperty.USER.set(properties, settings.user());
    PGProperty.PASSWORD.set(properties, settings.password().orElseThrow().reveal());
    String url = "jdbc:postgresql://localhost:%d/postgres".formatted(server.port());
    return DriverManager.getConnection(url, properties)
        .unwrap(PGConnection.class)
        .getReplicationAPI()
        .replicationStream()
        .physical()
        .withStartPosition(from)
        .start();
  }

  private static void report(PGReplicationStream standby, LogSequenceNumber position)
      throws SQLException {
    standby.setAppliedLSN(position);
    standby.setFlushedLSN(position);
    standby.forceUpdateStatus();
  }
}
