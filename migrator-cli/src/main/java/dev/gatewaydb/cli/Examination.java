package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.MigrationState;
import dev.gatewaydb.migrator.MigrationStatus;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.Prerequisite;
import dev.gatewaydb.migrator.PrerequisitesReport;
import dev.gatewaydb.migrator.connect.ConnectFailure;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.HostPort;
import dev.gatewaydb.migrator.connect.PgBouncer;
import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.UnreachableException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The doctor's steps, from the settings to the history; ends at the first that fails. */
final class Examination {
  private final Context context;
  private final DatabaseOptions options;
  private final List<Finding> findings = new ArrayList<>();
  private int exitCode = ExitCode.DONE;

  Examination(Context context, DatabaseOptions options) {
    this.context = context;
    this.options = options;
  }

  int exitCode() {
    return exitCode;
  }

  List<Finding> run() {
    try {
      DatabaseSettings settings = context.settings(options);
      findings.add(Finding.ok("settings", settings.displayUrl() + source()));
      if (resolve(settings)) {
        connect(settings);
      }
    } catch (GatewayDbException e) {
      fail("settings", e);
    }
    return findings;
  }

  private String source() {
    DotEnv.Merged merged = context.variables();
    DatabaseOptions.Place place = options.place(merged, context.project());
    if (place == DatabaseOptions.Place.FLAG) {
      return " (--database-url)";
    }
    if (place == DatabaseOptions.Place.PROJECT_FILE) {
      return " (database.url in %s)".formatted(context.project().toml().path());
    }
    String name =
        merged.values().getOrDefault("DATABASE_URL", "").isEmpty() ? "PGHOST" : "DATABASE_URL";
    boolean fromFile = !context.surroundings().environment().containsKey(name);
    Optional<String> file = merged.file().filter(f -> fromFile).map(f -> " in " + f);
    return " (%s%s)".formatted(name, file.orElse(" in the environment"));
  }

  private boolean resolve(DatabaseSettings settings) {
    for (HostPort host : settings.hosts()) {
      try {
        String addresses =
            Arrays.stream(InetAddress.getAllByName(host.host()))
                .map(InetAddress::getHostAddress)
                .collect(Collectors.joining(", "));
        findings.add(Finding.ok("resolve", "%s is %s".formatted(host.host(), addresses)));
      } catch (UnknownHostException e) {
        fail(
            ExitCode.UNREACHABLE,
            "resolve",
            "no address for " + host.host(),
            "Check the name's spelling, and that this machine's DNS knows it.");
      }
    }
    return exitCode == ExitCode.DONE;
  }

  private void connect(DatabaseSettings settings) {
    try (Connection connection = settings.dataSource().getConnection()) {
      findings.add(
          Finding.ok(
              "connect", "logged in as %s".formatted(query(connection, "SELECT current_user"))));
      if (version(connection)) {
        tls(connection);
        if (pooler(connection) && rights(connection) && extensions(settings)) {
          history(settings, connection);
        }
      }
    } catch (SQLException e) {
      UnreachableException failure = ConnectFailure.of(e, settings);
      String nextStep = context.nextStep(failure, options);
      fail(ExitCode.UNREACHABLE, "connect", String.valueOf(failure.getMessage()), nextStep);
    } catch (GatewayDbException e) {
      fail("migrations", e);
    }
  }

  private void tls(Connection connection) throws SQLException {
    String used =
        query(
            connection,
            "SELECT version || ', ' || cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl");
    boolean local =
        query(
                connection,
                "SELECT inet_server_addr() <<= '127.0.0.0/8' OR inet_server_addr() = '::1'")
            .equals("t");
    if (!used.isEmpty()) {
      findings.add(Finding.ok("tls", used));
    } else if (local) {
      findings.add(Finding.ok("tls", "not used, and the server is on this machine"));
    } else {
      findings.add(
          Finding.note(
              "tls",
              "not used: passwords and data cross the network readable",
              "Add ?sslmode=verify-full to DATABASE_URL; the server needs ssl = on."));
    }
  }

  private boolean version(Connection connection) throws SQLException {
    try {
      ServerVersion version = ServerVersion.of(connection);
      version.requireSupported();
      findings.add(Finding.ok("version", "PostgreSQL " + version));
      return true;
    } catch (GatewayDbException e) {
      fail("version", e);
      return false;
    }
  }

  private boolean pooler(Connection connection) throws SQLException {
    if (PgBouncer.isBetween(connection)) {
      return fail(
          ExitCode.REFUSED,
          "pooler",
          "a pooler (PgBouncer) stands between, perhaps in transaction mode",
          "Migrate through a direct connection, usually port 5432.");
    }
    findings.add(Finding.ok("pooler", "none"));
    return true;
  }

  private boolean rights(Connection connection) throws SQLException {
    String schema = query(connection, "SELECT current_schema()");
    if (schema.isEmpty()) {
      return fail(
          ExitCode.FOUND,
          "rights",
          "no schema of the search_path exists",
          "CREATE SCHEMA, or set the role's search_path.");
    }
    if (!query(connection, "SELECT has_schema_privilege(current_schema(), 'CREATE')").equals("t")) {
      return fail(
          ExitCode.FOUND,
          "rights",
          "may not create tables in schema " + schema,
          "As its owner: GRANT CREATE ON SCHEMA %s TO %s;"
              .formatted(
                  query(connection, "SELECT quote_ident(current_schema())"),
                  query(connection, "SELECT quote_ident(current_user)")));
    }
    findings.add(Finding.ok("rights", "may create tables in schema " + schema));
    return true;
  }

  private boolean extensions(DatabaseSettings settings) {
    if (context.migrations().prerequisites().isEmpty()) {
      return true;
    }
    PrerequisitesReport report =
        context.migrator(settings, MigratorOptions.DEFAULT).prerequisites();
    String names =
        report.extensions().stream().map(Prerequisite::name).collect(Collectors.joining(", "));
    if (report.missing().isEmpty()) {
      findings.add(Finding.ok("extensions", names));
      return true;
    }
    return fail(
        ExitCode.FOUND,
        "extensions",
        report.missing().stream()
            .map(e -> "%s is %s".formatted(e.name(), e.state().label()))
            .collect(Collectors.joining(", ")),
        report.missing().stream()
            .map(e -> "%s: %s".formatted(e.name(), e.nextStep()))
            .collect(Collectors.joining("\n")));
  }

  private void history(DatabaseSettings settings, Connection connection) throws SQLException {
    MigrationStatus status = context.migrator(settings, MigratorOptions.DEFAULT).status();
    int unsound = status.unsound().size();
    String where = status.currentVersion().map(v -> "version " + v).orElse("no version yet");
    if (unsound > 0) {
      fail(
          ExitCode.FOUND,
          "migrations",
          "%s; at %s".formatted(Words.unsound(unsound), where),
          "'gwdb status' shows which.");
    } else if (!status.pending().isEmpty()) {
      String pending = "%d pending; at %s".formatted(status.pending().size(), where);
      boolean untouched =
          status.entries().stream().allMatch(e -> e.state() == MigrationState.PENDING);
      String foreign = untouched ? foreignTables(connection) : "";
      findings.add(
          foreign.isEmpty()
              ? Finding.note("migrations", pending, "Run 'gwdb migrate'.")
              : Finding.note(
                  "migrations",
                  "%s, in a schema with tables of other origin: %s".formatted(pending, foreign),
                  "Run 'gwdb migrate' if the migrations don't make these tables; where they do,"
                      + " start a history with 'gwdb baseline VERSION'."));
    } else {
      findings.add(Finding.ok("migrations", "0 pending; at " + where));
    }
  }

  /** The first few tables of the schema, in words; those of extensions are nobody's. */
  private static String foreignTables(Connection connection) throws SQLException {
    return query(
        connection,
        """
        SELECT string_agg(name, ', ' ORDER BY n) FILTER (WHERE n <= 3)
               || CASE WHEN count(*) > 3 THEN ' and ' || count(*) - 3 || ' more' ELSE '' END
          FROM (SELECT c.oid::regclass::text, row_number() OVER (ORDER BY c.relname)
                  FROM pg_class c
                 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
                   AND NOT c.relispartition
                   AND NOT EXISTS (SELECT FROM pg_depend d
                                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                      AND d.deptype = 'e')) AS tables (name, n)
        """);
  }

  private void fail(String step, GatewayDbException e) {
    String nextStep = e.nextStep().isEmpty() ? "'gwdb status --debug' shows more." : e.nextStep();
    fail(ExitCode.of(e), step, String.valueOf(e.getMessage()), nextStep);
  }

  /** Always false. */
  private boolean fail(int code, String step, String detail, String nextStep) {
    findings.add(Finding.fail(step, detail, nextStep));
    exitCode = code;
    return false;
  }

  /** The first column of the only row; empty for null or no row. */
  private static String query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      String value = row.next() ? row.getString(1) : null;
      return value == null ? "" : value;
    }
  }
}
