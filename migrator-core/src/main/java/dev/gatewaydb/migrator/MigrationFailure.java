package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import java.sql.SQLException;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says which file, line and statement failed and why, without literals that may be secret. */
final class MigrationFailure {
  private static final int STATEMENT_SHOWN = 300;
  private static final String NO_RIGHT = "42501";

  /** A value added to an enum can't be used in the same transaction. */
  static final String UNSAFE_NEW_ENUM_VALUE = "55P04";

  private MigrationFailure() {}

  static boolean hasState(Throwable thrown, String sqlState) {
    return find(thrown, SQLException.class)
        .map(e -> sqlState.equals(e.getSQLState()))
        .orElse(false);
  }

  static GatewayDbException ofConnection(SQLException e) {
    return new FailedException(
        "the connection failed while migrating: " + describe(e),
        "Nothing half-applied remains. Check the server, then run this again.",
        e);
  }

  /** Files and history could not be read; nothing has run. */
  static GatewayDbException ofHistory(FlywayException e, HistoryTable table) {
    Optional<SQLException> sql = find(e, SQLException.class);
    if (sql.isEmpty()) {
      return new FailedException("the migrations can't be read: " + e.getMessage(), "", e);
    }
    if (isConnectionLoss(sql.get())) {
      return ofConnection(sql.get());
    }
    return new FailedException(
        "the history table %s can't be read: %s".formatted(table, describe(sql.get())),
        NO_RIGHT.equals(sql.get().getSQLState())
            ? "Grant this role USAGE on its schema, and SELECT, INSERT and UPDATE on it."
            : "Is it Flyway's? If another tool's table has the name, choose another one for ours.",
        e);
  }

  static GatewayDbException of(FlywayException e) {
    Optional<FlywaySqlScriptException> script = find(e, FlywaySqlScriptException.class);
    Optional<SQLException> sql = find(e, SQLException.class);
    boolean transactional =
        find(e, FlywayMigrateException.class)
            .map(FlywayMigrateException::isExecutableInTransaction)
            .orElse(true);
    if (script.isEmpty()) {
      return outsideOfScripts(e, sql, transactional);
    }
    String statement = script.get().getStatement();
    String message = message(path(script.get()), script.get().getLineNumber(), statement, sql);
    // Flyway's text holds the whole statement; what callers need to know of it is the SQLSTATE.
    Throwable cause = SecretLiterals.in(statement).isEmpty() ? e : withoutText(sql);
    return transactional
        ? new FailedException(
            message, "Nothing of it remains. Correct the file, then migrate again.", cause)
        : new NeedsPersonException(
            message,
            "It ran outside a transaction: what came before this statement stays. Finish or undo it"
                + " by hand.",
            cause);
  }

  private static SQLException withoutText(Optional<SQLException> sql) {
    return new SQLException(
        "(the text is withheld: the statement holds a password)",
        sql.map(SQLException::getSQLState).orElse(null));
  }

  /** A statement of ours failed, and its transaction is rolled back. */
  static FailedException rolledBack(String script, int line, String sql, SQLException e) {
    return new FailedException(
        message(script, line, sql, Optional.of(e)),
        "Nothing of it remains. Correct the file, then run this again.",
        SecretLiterals.in(sql).isEmpty() ? e : withoutText(Optional.of(e)));
  }

  /** Script and line, cause with SQLSTATE, and the statement. */
  static String message(String script, int line, String statement, Optional<SQLException> sql) {
    SecretLiterals secrets = SecretLiterals.in(statement);
    return "%s:%d: %s\n  %s"
        .formatted(
            script,
            line + lineInStatement(sql, statement),
            sql.map(MigrationFailure::describe).map(secrets::redactIn).orElse("failed"),
            shown(secrets.redactIn(statement)));
  }

  private static GatewayDbException outsideOfScripts(
      FlywayException e, Optional<SQLException> sql, boolean transactional) {
    if (sql.filter(MigrationFailure::isConnectionLoss).isPresent() && transactional) {
      return ofConnection(sql.get());
    }
    String message = sql.map(MigrationFailure::describe).orElse(String.valueOf(e.getMessage()));
    return transactional
        ? new FailedException(message, "Nothing was changed. Mend the cause and try again.", e)
        : new NeedsPersonException(
            message, "A script outside a transaction may have run in part. Look at it.", e);
  }

  private static boolean isConnectionLoss(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.startsWith("57P");
  }

  private static String path(FlywaySqlScriptException script) {
    String path = script.getResource().getRelativePath();
    return path.isEmpty() ? "Flyway's own script" : path;
  }

  private static int lineInStatement(Optional<SQLException> sql, String statement) {
    return sql.map(e -> e instanceof PSQLException p ? p.getServerErrorMessage() : null)
        .map(ServerErrorMessage::getPosition)
        .filter(position -> position > 0)
        .map(
            position ->
                (int) statement.codePoints().limit(position - 1).filter(c -> c == '\n').count())
        .orElse(0);
  }

  /** Message and SQLSTATE; a unique violation's DETAIL would show row values and is left out. */
  static String describe(SQLException e) {
    String text = String.valueOf(e.getMessage());
    if (e instanceof PSQLException p && p.getServerErrorMessage() != null) {
      ServerErrorMessage server = p.getServerErrorMessage();
      text = String.valueOf(server == null ? text : server.getMessage());
    }
    return "%s (SQLSTATE %s)".formatted(text, e.getSQLState());
  }

  private static String shown(String statement) {
    String text = statement.strip();
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
