package dev.gatewaydb.cli;

import dev.gatewaydb.dao.key.DevelopmentKeys;
import dev.gatewaydb.dao.key.IssuedKey;
import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.HostPort;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.scratch.LocalServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The project's own PostgreSQL, with the names that the gateway's documents use. */
final class LocalDev {
  static final int DEFAULT_PORT = 5432;
  private static final String ROLE = "newton";
  private static final String PASSWORD = "newton";
  private static final String DATABASE = "newton_gateway";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1");

  private final Context context;
  private final LocalServer server;
  private final Path folder;

  LocalDev(Context context) {
    this.context = context;
    this.folder = context.surroundings().project().resolve(".gwdb");
    this.server = new LocalServer(folder.resolve("postgres"));
  }

  Path folder() {
    return folder;
  }

  LocalServer server() {
    return server;
  }

  /** As the application's role, whose name and password are no secret. */
  DatabaseSettings settings() {
    return server
        .superuser()
        .withLogin(ROLE, Optional.of(Secret.of(PASSWORD)))
        .withDatabase(DATABASE);
  }

  /**
   * The port to try first where none is asked for: that of last time, so that a .env stays right.
   */
  int usualPort() {
    return server.lastPort().orElse(DEFAULT_PORT);
  }

  /** What to do about an address that can't be reached and looks like this server's. */
  Optional<String> nextStepFor(DatabaseSettings unreachable) {
    HostPort address = unreachable.hosts().getFirst();
    boolean meant =
        unreachable.user().equals(ROLE)
            && unreachable.database().equals(DATABASE)
            && LOOPBACK.contains(address.host());
    if (!meant || (server.isReady() && server.port() == address.port())) {
      return Optional.empty();
    }
    return Optional.of(
        server.isReady()
            ? "local-dev runs on port %d: DATABASE_URL=%s"
                .formatted(server.port(), settings().uri())
            : "If local-dev's database is meant: it doesn't run, and 'gwdb local-dev' starts it.");
  }

  /** Starts the server, if need be, and brings its database up to date. Returns the new keys. */
  List<IssuedKey> bringUp(int wantedPort) throws SQLException {
    if (!server.isReady()) {
      server.start(context.surroundings().cache(), wantedPort);
    }
    createDatabase();
    if (context.migrations().prerequisites().isPresent()) {
      context
          .migrator(server.superuser().withDatabase(DATABASE), MigratorOptions.DEFAULT)
          .applyPrerequisites();
    }
    MigrateReport report = context.migrator(settings(), MigratorOptions.DEFAULT).migrate();
    context.console().progress(MigrateCommand.summary(report));
    return seedsKeys()
        ? DevelopmentKeys.seed(settings().dataSource(), context.keyHasher())
        : List.of();
  }

  /** A project's own migrations make other tables than the gateway's. */
  boolean seedsKeys() {
    return !context.project().hasMigrations();
  }

  /** No superuser: with a password that everybody knows it could run programs on this machine. */
  private void createDatabase() throws SQLException {
    try (Connection connection = server.superuser().dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      if (isMissing(statement, "SELECT FROM pg_roles WHERE rolname = '%s'".formatted(ROLE))) {
        statement.execute(
            "CREATE ROLE %s LOGIN CREATEDB CREATEROLE PASSWORD '%s'".formatted(ROLE, PASSWORD));
      }
      if (isMissing(
          statement, "SELECT FROM pg_database WHERE datname = '%s'".formatted(DATABASE))) {
        statement.execute("CREATE DATABASE %s OWNER %s".formatted(DATABASE, ROLE));
      }
    }
  }

  private static boolean isMissing(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return !row.next();
    }
  }
}
