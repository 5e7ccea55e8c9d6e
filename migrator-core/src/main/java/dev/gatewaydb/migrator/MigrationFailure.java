package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import java.sql.SQLException;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says which file, line and statement failed and why, without literals that may be secret. */
final class MigrationFailure {
  private static final int STATEMENT_SHOWN = 300;
  private static final String NO_RIGHT = "42501";
  private static final String DUPLICATE_TABLE = "42P07";
  private static final String CONNECTION_LOST =
      "Nothing half-applied remains. Check the server, then run this again.";

  /** A value added to an enum can't be used in the same transaction. */
  static final String UNSAFE_NEW_ENUM_VALUE = "55P04";

  private MigrationFailure() {}

  static boolean hasState(Throwable thrown, String sqlState) {
    return find(thrown, SQLException.class)
        .map(e -> sqlState.equals(e.getSQLState()))
        .orElse(false);
  }

  /** Something failed that is no script's. */
  static GatewayDbException ofOwn(SQLException e) {
    return isConnectionLoss(e)
        ? new FailedException(
            "the connection failed while migrating: " + describe(e), CONNECTION_LOST, e)
        : new FailedException(
            "the history or the journal can't be used: " + describe(e),
            "Look at the rights of this role on both, then run this again.",
            e);
  }

  /** Files and history could not be read; nothing has run. */
  static GatewayDbException ofHistory(FlywayException e, HistoryTable table) {
    Optional<SQLException> sql = find(e, SQLException.class);
    if (sql.isEmpty()) {
      return new FailedException("the migrations can't be read: " + e.getMessage(), "", e);
    }
    if (isConnectionLoss(sql.get())) {
      return ofOwn(sql.get());
    }
    return new FailedException(
        "the history table %s can't be read: %s".formatted(table, describe(sql.get())),
        NO_RIGHT.equals(sql.get().getSQLState())
            ? "Grant this role USAGE on its schema, and SELECT, INSERT and UPDATE on it."
            : "Is it Flyway's? If another tool's table has the name, choose another one for ours.",
        e);
  }

  /**
   * @param running the script that was running, or about to; empty when none was
   * @param transactional whether nothing of it remains
   */
  static GatewayDbException of(FlywayException e, Optional<String> running, boolean transactional) {
    Optional<SQLException> sql = find(e, SQLException.class);
    Optional<FlywaySqlScriptException> script = find(e, FlywaySqlScriptException.class);
    String raw = script.map(FlywaySqlScriptException::getStatement).orElse(e.getMessage());
    SecretLiterals secrets = SecretLiterals.in(String.valueOf(raw));
    String what = sql.map(MigrationFailure::describe).orElse(String.valueOf(e.getMessage()));
    String message =
        script.isEmpty()
            ? running.map(path -> path + ": ").orElse("") + what
            : message(
                path(script.get()), script.get().getLineNumber(), script.get().getStatement(), sql);
    // Flyway's text holds the whole statement.
    Throwable cause = secrets.isEmpty() ? e : withoutText(sql);
    if (!transactional) {
      return new NeedsPersonException(
          secrets.redactIn(message),
          "It ran outside a transaction: what came before this statement stays. Finish or undo it"
              + " by hand.",
          cause);
    }
    return new FailedException(secrets.redactIn(message), nextStep(e), cause);
  }

  private static String nextStep(Exception e) {
    if (find(e, SQLException.class).filter(MigrationFailure::isConnectionLoss).isPresent()) {
      return CONNECTION_LOST;
    }
    String correct = "Nothing of it remains. Correct the file, then run this again";
    return hasState(e, DUPLICATE_TABLE)
        ? correct
            + "; or, where the schema was made by other means, start its history with 'gwdb baseline"
            + " VERSION'."
        : correct + ".";
  }

  private static boolean isConnectionLoss(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.startsWith("57P");
  }

  private static String path(FlywaySqlScriptException script) {
    String path = script.getResource().getRelativePath();
    return path.isEmpty() ? "Flyway's own script" : path;
  }

  /** A statement of a script failed, and its transaction is rolled back. */
  static FailedException rolledBack(String script, int line, String sql, SQLException e) {
    return new FailedException(
        message(script, line, sql, Optional.of(e)),
        nextStep(e),
        SecretLiterals.in(sql).isEmpty() ? e : withoutText(Optional.of(e)));
  }

  /** The statements were done; what commits or records them failed. */
  static FailedException rolledBack(String script, SQLException e) {
    return new FailedException(script + ": " + describe(e), nextStep(e), e);
  }

  private static SQLException withoutText(Optional<SQLException> sql) {
    return new SQLException(
        "(the text is withheld: the statement holds a password)",
        sql.map(SQLException::getSQLState).orElse(null));
  }

  /** A statement failed, and those before it stay. */
  static NeedsPersonException outside(String script, Script.Part part, int before, SQLException e) {
    return new NeedsPersonException(
        message(script, part.line(), part.sql(), Optional.of(e)),
        "It runs outside a transaction: %d of its statements %s done and will not run again. %s and migrate again, which goes on from here."
            .formatted(
                before,
                before == 1 ? "is" : "are",
                isConnectionLoss(e) ? "Check the server" : "Remove the cause"),
        SecretLiterals.in(part.sql()).isEmpty() ? e : withoutText(Optional.of(e)));
  }

  /** Script and line, cause with SQLSTATE, and the statement. */
  static String message(String script, int line, String statement, Optional<SQLException> sql) {
    SecretLiterals secrets = SecretLiterals.in(statement);
    int position =
        sql.map(MigrationFailure::serverMessage).map(ServerErrorMessage::getPosition).orElse(0);
    return "%s:%d: %s\n  %s"
        .formatted(
            script,
            ScriptPosition.line(line, statement, position),
            sql.map(MigrationFailure::describe).map(secrets::redactIn).orElse("failed"),
            shown(statement, secrets));
  }

  private static @Nullable ServerErrorMessage serverMessage(SQLException e) {
    return e instanceof PSQLException driver ? driver.getServerErrorMessage() : null;
  }

  /** Message and SQLSTATE; a unique violation's DETAIL would show row values and is left out. */
  static String describe(SQLException e) {
    ServerErrorMessage server = serverMessage(e);
    return "%s (SQLSTATE %s)"
        .formatted(server == null ? e.getMessage() : server.getMessage(), e.getSQLState());
  }

  private static String shown(String statement, SecretLiterals secrets) {
    String text = secrets.redactIn(statement.strip());
    return (text.length() > STATEMENT_SHOWN ? text.substring(0, STATEMENT_SHOWN) + " …" : text)
        .replace("\n", "\n  ");
  }

  private static <T extends Throwable> Optional<T> find(Throwable thrown, Class<T> type) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
    }
    return Optional.empty();
  }
}
