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
  private static final String CONNECTION_LOST =
      "Nothing half-applied remains. Check the server, then run this again.";

  private MigrationFailure() {}

  static GatewayDbException ofConnection(SQLException e) {
    return new FailedException(
        "the connection failed while migrating: " + describe(e), CONNECTION_LOST, e);
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
            : "%s: %s\n  %s"
                .formatted(
                    place(script.get(), sql), what, shown(script.get().getStatement(), secrets));
    // Flyway's text holds the whole statement.
    Throwable cause = secrets.isEmpty() ? e : null;
    if (!transactional) {
      return new NeedsPersonException(
          secrets.redactIn(message),
          "It ran outside a transaction: what came before this statement stays. Finish or undo it"
              + " by hand.",
          cause);
    }
    return new FailedException(
        secrets.redactIn(message),
        sql.filter(MigrationFailure::isConnectionLoss).isPresent()
            ? CONNECTION_LOST
            : "Nothing of it remains. Correct the file, then migrate again.",
        cause);
  }

  private static boolean isConnectionLoss(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.startsWith("57P");
  }

  private static String place(FlywaySqlScriptException script, Optional<SQLException> sql) {
    String path = script.getResource().getRelativePath();
    int position =
        sql.map(MigrationFailure::serverMessage).map(ServerErrorMessage::getPosition).orElse(0);
    return "%s:%d"
        .formatted(
            path.isEmpty() ? "Flyway's own script" : path,
            ScriptPosition.line(script.getLineNumber(), script.getStatement(), position));
  }

  private static @Nullable ServerErrorMessage serverMessage(SQLException e) {
    return e instanceof PSQLException driver ? driver.getServerErrorMessage() : null;
  }

  /** Message and SQLSTATE; a unique violation's DETAIL would show row values and is left out. */
  private static String describe(SQLException e) {
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
