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

  private MigrationFailure() {}

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
    SecretLiterals secrets = SecretLiterals.in(statement);
    String message =
        "%s:%d: %s\n  %s"
            .formatted(
                path(script.get()),
                script.get().getLineNumber() + lineInStatement(sql, statement),
                sql.map(MigrationFailure::describe).map(secrets::redactIn).orElse("failed"),
                shown(secrets.redactIn(statement)));
    // Flyway's text holds the whole statement.
    Throwable cause = secrets.isEmpty() ? e : null;
    return transactional
        ? new FailedException(
            message, "Nothing of it remains. Correct the file, then migrate again.", cause)
        : new NeedsPersonException(
            message,
            "It ran outside a transaction: what came before this statement stays. Finish or undo it"
                + " by hand.",
            cause);
  }

  private static GatewayDbException outsideOfScripts(
      FlywayException e, Optional<SQLException> sql, boolean transactional) {
    if (sql.filter(MigrationFailure::isConnectionLoss).isPresent() && transactional) {
      return ofConnection(sql.get());
    }
    String message = sql.map(MigrationFailure::describe).orElse(String.valueOf(e.getMessage()));
    return transactional
        ? new FailedException(message, "", e)
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
  private static String describe(SQLException e) {
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
