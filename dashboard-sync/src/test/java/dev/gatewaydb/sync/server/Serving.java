package dev.gatewaydb.sync.server;

import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.key.ApiKeyStore;
import dev.gatewaydb.dao.key.ChangedBy;
import dev.gatewaydb.dao.key.IssuedKey;
import dev.gatewaydb.dao.key.KeyEnvironment;
import dev.gatewaydb.dao.key.KeyHasher;
import dev.gatewaydb.dao.key.KeySettings;
import dev.gatewaydb.dao.key.NewKey;
import dev.gatewaydb.dao.key.Permissions;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.check.ExternalTable;
import dev.gatewaydb.migrator.check.Ownership;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.operate.health.HealthThresholds;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.schema.GatewaySchema;
import dev.gatewaydb.sync.initsql.InitSqlOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** A server that really runs, and somebody who asks it. */
final class Serving implements AutoCloseable {
  /** How full the disk is, is the machine's matter and not the tests'. */
  private static final HealthThresholds THRESHOLDS = thresholds();

  static final ChangedBy BY = new ChangedBy("test", "test");

  private final StatusServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static HealthThresholds thresholds() {
    HealthThresholds usual = HealthThresholds.DEFAULT;
    return new HealthThresholds(
        usual.connections(),
        new HealthThresholds.Levels(101, 101),
        usual.replicationLagWarning(),
        usual.replicationLagCritical(),
        usual.rateIncrease(),
        usual.longQuery(),
        usual.idleInTransaction(),
        usual.deadRows(),
        usual.bloat(),
        usual.sequences(),
        usual.transactionAge(),
        0,
        usual.unusedIndexAfter());
  }

  private Serving(StatusServer server) {
    this.server = server;
  }

  static Serving keyed(ServedDatabase database) {
    return new Serving(
        StatusServer.start(database, "test", "127.0.0.1", 0, Optional.of(KeyHasher.PLAIN)));
  }

  static Serving open(ServedDatabase database) {
    return new Serving(StatusServer.start(database, "test", "127.0.0.1", 0, Optional.empty()));
  }

  /** The gateway's own schema. */
  static ServedDatabase gateway(DatabaseSettings settings, Supplier<ScratchServer> scratch) {
    List<ExternalTable> dashboards =
        GatewaySchema.dashboardTables().stream()
            .map(table -> new ExternalTable(table, List.of()))
            .toList();
    return new ServedDatabase(
        settings,
        MigrationSet.onClassPath(
            Serving.class.getClassLoader(), GatewaySchema.migrationsLocation()),
        InitSqlOptions.ofGateway("gwdb test"),
        new Ownership(Optional.empty(), dashboards),
        THRESHOLDS,
        scratch);
  }

  /** Another schema: migrations of a folder. */
  static ServedDatabase of(
      DatabaseSettings settings, MigrationSet migrations, Supplier<ScratchServer> scratch) {
    return new ServedDatabase(
        settings,
        migrations,
        InitSqlOptions.ofEverything("gwdb test").withHistory(MigratorOptions.DEFAULT),
        new Ownership(Optional.empty(), List.of()),
        THRESHOLDS,
        scratch);
  }

  /** The server of the tests, which each use closes as if it were its own. */
  static Supplier<ScratchServer> scratch(ScratchDatabase beside) {
    return () -> ScratchServer.on(beside.settings().withDatabase("postgres"));
  }

  static IssuedKey key(ScratchDatabase database, String name, String... permissions) {
    KeySettings settings =
        KeySettings.of(name, Permissions.of(permissions)).withLimits(KeyLimits.of(Tier.SCALE));
    return store(database)
        .create(
            new NewKey(
                UUID.randomUUID(),
                EthereumAddress.parse("0x52908400098527886E0F7030069857D2E4169EE7"),
                KeyEnvironment.TEST,
                settings),
            BY);
  }

  static ApiKeyStore store(ScratchDatabase database) {
    return new ApiKeyStore(database.dataSource(), KeyHasher.PLAIN);
  }

  static void execute(ScratchDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  int port() {
    return server.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)).GET(), headers);
  }

  HttpResponse<String> post(String path, String form, String... headers) throws Exception {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)),
        headers);
  }

  HttpResponse<String> send(HttpRequest.Builder request, String... headers) throws Exception {
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<byte[]> bytes(String path, String... headers) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).headers(headers).build(), BodyHandlers.ofByteArray());
  }

  /** What a client of its own making sends; everything that comes back until the server closes. */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    server.close();
    client.close();
  }
}
