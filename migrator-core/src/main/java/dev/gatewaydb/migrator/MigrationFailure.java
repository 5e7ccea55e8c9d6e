package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Says which file, line and statement failed and why, without literals that may be secret. */
final class MigrationFailure {
  private static final int STATEMENT_SHOWN = 300;
  private static final Pattern PASSWORD_LITERAL =
      Pattern.compile("(?is)(password\\s+(?:=\\s*)?)'(?:[^']|'')*'");

  /** A value added to an enum can't be used in the same transaction. */
  static final String UNSAFE_NEW_ENUM_VALUE = "55P04";

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

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

  static GatewayDbException of(FlywayException e) {
    Optional<FlywaySqlScriptException> script = find(e, FlywaySqlScriptException.class);
    Optional<SQLException> sql = find(e, SQLException.class);
    if (script.isEmpty()) {
      return new FailedException(
          sql.map(MigrationFailure::describe).orElse(String.valueOf(e.getMessage())),
          hasState(e, INSUFFICIENT_PRIVILEGE)
              ? "Connect as the role that owns the history table, or have it grant the rights."
              : "Nothing was changed. Mend the cause, then run this again.",
          e);
    }
    String message =
        "%s:%d: %s\n  %s"
            .formatted(
                script.get().getResource().getRelativePath(),
                script.get().getLineNumber() + lineInStatement(sql, script.get().getStatement()),
                sql.map(MigrationFailure::describe).orElse("failed"),
                shown(script.get().getStatement()));
    boolean transactional =
        find(e, FlywayMigrateException.class)
            .map(FlywayMigrateException::isExecutableInTransaction)
            .orElse(true);
    return transactional
        ? new FailedException(
            message, "Nothing of it remains. Correct the file, then migrate again.", e)
        : new NeedsPersonException(
            message,
            "It ran outside a transaction: what came before this statement stays. Finish or undo it"
                + " by hand.",
            e);
  }

  /** A statement of ours failed, and its transaction is rolled back. */
  static FailedException rolledBack(String script, int line, String sql, SQLException e) {
    return new FailedException(
        message(script, line, sql, e),
        "Nothing of it remains. Correct the file, then run this again.",
        e);
  }

  /** Script and line, cause with SQLSTATE, and the statement. */
  static String message(String script, int line, String sql, SQLException e) {
    return "%s:%d: %s\n  %s"
        .formatted(script, line + lineInStatement(Optional.of(e), sql), describe(e), shown(sql));
  }

  private static int lineInStatement(Optional<SQLException> sql, String statement) {
    return sql.map(e -> e instanceof PSQLException p ? p.getServerErrorMessage() : null)
        .map(ServerErrorMessage::getPosition)
        .filter(position -> position > 0 && position <= statement.length())
        .map(
            position ->
                (int) statement.substring(0, position - 1).chars().filter(c -> c == '\n').count())
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
    String redacted = PASSWORD_LITERAL.matcher(statement.strip()).replaceAll("$1'***'");
    return (redacted.length() > STATEMENT_SHOWN
            ? redacted.substring(0, STATEMENT_SHOWN) + " …"
            : redacted)
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
