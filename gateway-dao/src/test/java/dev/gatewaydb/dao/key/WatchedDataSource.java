package dev.gatewaydb.dao.key;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** A data source that counts its connections, keeps what is sent, and can be switched off. */
final class WatchedDataSource {
  private final DataSource source;
  private final List<String> statements = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile boolean away;
  private volatile String first = "";
  private volatile Optional<Integer> backendPid = Optional.empty();

  WatchedDataSource(DataSource source) {
    this.source = source;
  }

  int connections() {
    return connections.get();
  }

  List<String> statements() {
    return statements;
  }

  /** Its connections say that this process serves them. */
  WatchedDataSource withBackendPid(int pid) {
    backendPid = Optional.of(pid);
    return this;
  }

  /** Its connections begin with this. */
  WatchedDataSource with(String sql) {
    first = sql;
    return this;
  }

  void away(boolean value) {
    away = value;
  }

  DataSource dataSource() {
    return proxy(
        DataSource.class,
        (proxy, method, args) -> {
          if (!method.getName().equals("getConnection")) {
            return method.invoke(source, args);
          }
          connections.incrementAndGet();
          if (away) {
            throw new SQLException("switched off by the test", "08006");
          }
          Connection connection = (Connection) method.invoke(source, args);
          try (Statement statement = connection.createStatement()) {
            statement.execute(first);
          }
          return watched(connection);
        });
  }

  private Connection watched(Connection connection) {
    return proxy(
        Connection.class,
        (proxy, method, args) -> {
          if (args != null && args.length > 0 && args[0] instanceof String sql) {
            statements.add(sql);
          }
          Object result = method.invoke(connection, args);
          return result instanceof PGConnection postgres && backendPid.isPresent()
              ? withPid(postgres, backendPid.get())
              : result;
        });
  }

  private static PGConnection withPid(PGConnection connection, int pid) {
    return proxy(
        PGConnection.class,
        (proxy, method, args) ->
            method.getName().equals("getBackendPID") ? pid : method.invoke(connection, args));
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    Object proxy =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) -> {
              try {
                return handler.invoke(self, method, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(proxy);
  }
}
