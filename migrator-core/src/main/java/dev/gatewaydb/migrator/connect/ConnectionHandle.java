package dev.gatewaydb.migrator.connect;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A connection whose {@code close} leaves the physical one open. */
final class ConnectionHandle implements InvocationHandler {
  private final Connection physical;
  private boolean closed;
  private boolean switchedAutoCommitOff;

  ConnectionHandle(Connection physical) {
    this.physical = physical;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    return switch (method.getName()) {
      case "close" -> close();
      case "isClosed" -> closed || physical.isClosed();
      case "equals" -> args != null && isSelf(args[0]);
      case "hashCode" -> hashCode();
      case "toString" -> "handle on " + physical;
      case "unwrap" -> unwrap(args);
      default -> delegate(method, args);
    };
  }

  private boolean isSelf(@Nullable Object other) {
    return other != null
        && Proxy.isProxyClass(other.getClass())
        && Proxy.getInvocationHandler(other).equals(this);
  }

  private @Nullable Object unwrap(@Nullable Object @Nullable [] args) throws SQLException {
    Class<?> type = args != null && args[0] instanceof Class<?> wanted ? wanted : Connection.class;
    return physical.unwrap(type);
  }

  private @Nullable Object delegate(Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    if (closed && !method.getName().equals("isValid")) {
      throw new SQLException("this handle on the connection is closed", "08003");
    }
    try {
      Object result = method.invoke(physical, args);
      if (method.getName().equals("setAutoCommit")) {
        switchedAutoCommitOff = args != null && Boolean.FALSE.equals(args[0]);
      }
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private @Nullable Object close() throws SQLException {
    boolean before = closed;
    closed = true;
    if (!before && switchedAutoCommitOff && !physical.isClosed() && !physical.getAutoCommit()) {
      physical.rollback();
      physical.setAutoCommit(true);
    }
    return null;
  }
}
