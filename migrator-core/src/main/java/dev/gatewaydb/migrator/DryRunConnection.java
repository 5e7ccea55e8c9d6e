package dev.gatewaydb.migrator;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.AutoSave;

/**
 * A connection on which nothing is ever committed: one transaction from the first call to the last,
 * in which commits are savepoints and closing rolls everything back.
 */
final class DryRunConnection implements InvocationHandler {
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
    switch (method.getName()) {
      case "getAutoCommit":
        return autoCommit;
      case "setAutoCommit":
        if (args != null && Boolean.TRUE.equals(args[0]) && !autoCommit) {
          mark();
        }
        autoCommit = args != null && Boolean.TRUE.equals(args[0]);
        if (!autoCommit) {
          mark();
        }
        return null;
      case "commit":
        mark();
        return null;
      case "rollback":
        if (args == null || args.length == 0) {
          undo();
          return null;
        }
        break;
      case "close":
        physical.rollback();
        physical.close();
        return null;
      default:
        break;
    }
    try {
      return method.invoke(physical, args);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private void mark() throws SQLException {
    if (lastCommit != null) {
      physical.releaseSavepoint(lastCommit);
    }
    lastCommit = physical.setSavepoint();
  }

  private void undo() throws SQLException {
    if (lastCommit != null) {
      physical.rollback(lastCommit);
    }
  }
}
