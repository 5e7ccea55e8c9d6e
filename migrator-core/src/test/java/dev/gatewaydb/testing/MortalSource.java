package dev.gatewaydb.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Connections that break off before a certain call to the server, as when the process is killed
 * there: that call and all later ones don't reach it.
 */
public final class MortalSource {
  private final DataSource alive;
  private final int callsToLive;
  private int calls;

  /**
   * @param callsToLive how many calls reach the server
   */
  public MortalSource(DataSource alive, int callsToLive) {
    this.alive = alive;
    this.callsToLive = callsToLive;
  }

  /** What gives these connections. */
  public DataSource dataSource() {
    return (DataSource)
        Proxy.newProxyInstance(
            MortalSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (self, method, arguments) -> {
              Connection connection = alive.getConnection();
              return proxy(Connection.class, connection, connection);
            });
  }

  /** Whether it broke off. */
  public boolean isDead() {
    return calls > callsToLive;
  }

  private <T> T proxy(Class<T> type, Object target, Connection connection) {
    return type.cast(
        Proxy.newProxyInstance(
            MortalSource.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (reachesTheServer(method.getName()) && ++calls > callsToLive) {
                connection.abort(Runnable::run);
                throw new SQLException("killed here", "08006");
              }
              try {
                Object result = method.invoke(target, arguments);
                return wrapped(result, method.getReturnType(), connection);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }

  private Object wrapped(Object result, Class<?> type, Connection connection) {
    return result instanceof Statement && Statement.class.isAssignableFrom(type)
        ? proxy(type, result, connection)
        : result;
  }

  private static boolean reachesTheServer(String method) {
    return method.startsWith("execute") || method.equals("commit") || method.equals("rollback");
  }
}
