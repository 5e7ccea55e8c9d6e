package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.Prerequisite.State;
import dev.gatewaydb.migrator.PrerequisitesScript.Step;
import dev.gatewaydb.migrator.PrerequisitesScript.Wanted;
import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A prerequisites file and one database. */
final class Prerequisites {
  private static final String NO_RIGHT = "42501";

  /** duplicate_schema, and duplicate_object for roles and the like: there since the last time. */
  private static final Set<String> THERE_ALREADY = Set.of("42P06", "42710");

  private final Connection connection;
  private final SessionState session;
  private final PrerequisitesScript script;

  /**
   * @param file empty: nothing is asked for
   */
  Prerequisites(Connection connection, SessionState session, Optional<MigrationFile> file) {
    this.connection = connection;
    this.session = session;
    this.script = file.map(PrerequisitesScript::read).orElse(PrerequisitesScript.EMPTY);
  }

  PrerequisitesReport report() throws SQLException {
    List<Prerequisite> extensions = new ArrayList<>();
    for (Wanted wanted : script.extensions()) {
      extensions.add(examine(wanted));
    }
    return new PrerequisitesReport(extensions, script.others());
  }

  private Prerequisite examine(Wanted wanted) throws SQLException {
    String sql =
        """
        SELECT (SELECT extversion FROM pg_extension WHERE extname = w.name) AS installed,
               a.default_version, v.version IS NOT NULL AS offered,
               v.version IS NOT NULL
                 AND (current_setting('is_superuser')::boolean OR NOT v.superuser
                      OR v.trusted AND has_database_privilege(current_database(), 'CREATE')) AS may
          FROM (VALUES (?, ?)) AS w (name, version)
          LEFT JOIN pg_available_extensions a ON a.name = w.name
          LEFT JOIN pg_available_extension_versions v
            ON v.name = w.name AND v.version = coalesce(w.version, a.default_version)
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, wanted.name());
      statement.setString(2, wanted.version().orElse(null));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        Optional<String> installed = Optional.ofNullable(row.getString("installed"));
        Optional<String> standard = Optional.ofNullable(row.getString("default_version"));
        if (installed.isPresent()) {
          return new Prerequisite(wanted.name(), State.PRESENT, installed, wanted.version(), "");
        }
        if (row.getBoolean("offered")) {
          return new Prerequisite(
              wanted.name(),
              State.INSTALLABLE,
              wanted.version().or(() -> standard),
              wanted.version(),
              ExtensionAdvice.installable(row.getBoolean("may")));
        }
        return new Prerequisite(
            wanted.name(),
            State.UNAVAILABLE,
            Optional.empty(),
            wanted.version(),
            standard.isPresent()
                ? ExtensionAdvice.otherVersion(wanted.version().orElse(""), standard.get())
                : ExtensionAdvice.unavailable(wanted.name(), ServerVersion.of(connection).major()));
      }
    }
  }

  /**
   * Refuses a database in which one is missing.
   *
   * @throws RefusedException naming all that are
   */
  void require() throws SQLException {
    List<Prerequisite> missing = report().missing();
    if (!missing.isEmpty()) {
      throw new RefusedException(
          "%s asks for extensions that this database doesn't have: %s"
              .formatted(
                  script.file().path(),
                  missing.stream()
                      .map(e -> "%s (%s)".formatted(e.name(), e.state().label()))
                      .collect(Collectors.joining(", "))),
          missing.stream()
              .map(e -> "%s: %s".formatted(e.name(), e.nextStep()))
              .collect(Collectors.joining("\n")),
          null);
    }
  }

  /**
   * Runs the file in one transaction. Extensions that are present are left alone.
   *
   * @return the file's statements, in its order
   * @throws RefusedException before anything runs, when the server doesn't have an extension
   * @throws FailedException when a statement fails; everything is rolled back
   */
  List<PrerequisitesReport.Step> apply() throws SQLException {
    List<Prerequisite> unavailable = report().unavailable();
    if (!unavailable.isEmpty()) {
      throw new RefusedException(
          "this server doesn't have: "
              + unavailable.stream().map(Prerequisite::name).collect(Collectors.joining(", ")),
          unavailable.stream()
              .map(e -> "%s: %s".formatted(e.name(), e.nextStep()))
              .collect(Collectors.joining("\n")),
          null);
    }
    return inTransaction(script.steps());
  }

  /** For scratch databases: what the server has, and nothing of the rest. */
  void applyWhatIsThere() throws SQLException {
    Set<String> unavailable =
        report().unavailable().stream().map(Prerequisite::name).collect(Collectors.toSet());
    inTransaction(
        script.steps().stream()
            .filter(step -> step.extension().filter(e -> unavailable.contains(e.name())).isEmpty())
            .toList());
  }

  private List<PrerequisitesReport.Step> inTransaction(List<Step> steps) throws SQLException {
    return Transaction.call(
        connection,
        () -> {
          session.resetAndLimit(connection);
          List<PrerequisitesReport.Step> done = new ArrayList<>();
          for (Step step : steps) {
            done.add(new PrerequisitesReport.Step(step.words(), run(step)));
          }
          session.reset(connection);
          return done;
        });
  }

  /** Whether it ran; otherwise what it creates was there. */
  private boolean run(Step step) throws SQLException {
    if (step.extension().isPresent() && isPresent(step.extension().get().name())) {
      return false;
    }
    Savepoint before = connection.setSavepoint();
    try {
      Script.execute(connection, step.part(), MigrationListener.SILENT);
      return true;
    } catch (SQLException e) {
      if (step.extension().isEmpty() && THERE_ALREADY.contains(e.getSQLState())) {
        connection.rollback(before);
        return false;
      }
      throw failure(step, e);
    }
  }

  private boolean isPresent(String extension) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT FROM pg_extension WHERE extname = ?")) {
      statement.setString(1, extension);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private GatewayDbException failure(Step step, SQLException e) throws SQLException {
    Script.Part part = step.part();
    FailedException failure =
        MigrationFailure.rolledBack(script.file().path(), part.line(), part.sql(), e);
    if (!NO_RIGHT.equals(e.getSQLState())) {
      return failure;
    }
    connection.rollback();
    return new FailedException(
        String.valueOf(failure.getMessage()),
        "Nothing of it remains. Role %s may not do this: run 'gwdb prerequisites apply' once %s."
            .formatted(currentUser(), ExtensionAdvice.SUPERUSER),
        failure.getCause());
  }

  private String currentUser() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_user")) {
      row.next();
      return row.getString(1);
    }
  }
}
