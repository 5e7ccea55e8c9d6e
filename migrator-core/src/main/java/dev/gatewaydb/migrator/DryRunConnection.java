package dev.gatewaydb.migrator;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.AutoSave;

/**
 * A connection on which nothing is ever committed: one transaction from the first call to the last,
 * in which commits are savepoints and closing rolls everything back.
 */
final class DryRunConnection implements InvocationHandler {
  /** What a commit checks; then those that wait for a commit wait for the next one. */
  private static final String CHECK_CONSTRAINTS =
      """
      DO $gwdb$
      DECLARE
          deferred text;
      BEGIN
          SET CONSTRAINTS ALL IMMEDIATE;
          SELECT pg_catalog.string_agg(
                     DISTINCT pg_catalog.format('%I.%I', n.nspname, c.conname), ', ')
            INTO deferred
            FROM pg_catalog.pg_constraint c
            JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.connamespace
           WHERE c.condeferred;
          IF deferred IS NOT NULL THEN
              EXECUTE pg_catalog.concat('SET CONSTRAINTS ', deferred, ' DEFERRED');
          END IF;
      END
      $gwdb$
      """;

  private final Connection physical;
  private boolean autoCommit = true;
  private @Nullable Savepoint lastCommit;

  private DryRunConnection(Connection physical) {
    this.physical = physical;
  }

  static Connection over(Connection physical) throws SQLException {
    physical.setAutoCommit(false);
    // A statement that fails outside a transaction leaves the others alone; here it must as well.
    physical.unwrap(PGConnection.class).setAutosave(AutoSave.ALWAYS);
    return (Connection)
        Proxy.newProxyInstance(
            DryRunConnection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            new DryRunConnection(physical));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    return switch (method.getName()) {
      case "getAutoCommit" -> autoCommit;
      case "setAutoCommit" -> setAutoCommit(args != null && Boolean.TRUE.equals(args[0]));
      case "commit" -> mark();
      case "rollback" -> args == null || args.length == 0 ? undo() : delegate(method, args);
      case "close" -> close();
      default -> delegate(method, args);
    };
  }

  private @Nullable Object delegate(Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    try {
      return method.invoke(physical, args);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /** Either way a transaction ends, or one begins. */
  private @Nullable Object setAutoCommit(boolean on) throws SQLException {
    if (on != autoCommit) {
      mark();
    }
    autoCommit = on;
    return null;
  }

  private @Nullable Object close() throws SQLException {
    if (!physical.isClosed()) {
      physical.rollback();
      physical.close();
    }
    return null;
  }

  private @Nullable Object mark() throws SQLException {
    try (Statement statement = physical.createStatement()) {
      statement.execute(CHECK_CONSTRAINTS);
    }
    if (lastCommit != null) {
      physical.releaseSavepoint(lastCommit);
    }
    lastCommit = physical.setSavepoint();
    return null;
  }

  private @Nullable Object undo() throws SQLException {
    if (lastCommit != null) {
      physical.rollback(lastCommit);
    }
    return null;
  }
}
