package dev.gatewaydb.migrator.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The handles alone; what a real session keeps is tested with a real server. */
final class OneConnectionDataSourceTest {
  private final List<String> calls = new ArrayList<>();
  private boolean autoCommit = true;
  private boolean closed;

  private OneConnectionDataSource one() {
    Connection physical = proxy(Connection.class, this::connectionCall);
    return OneConnectionDataSource.open(proxy(DataSource.class, (name, args) -> physical));
  }

  private interface Call {
    Object answer(String name, Object[] args);
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) ->
                call.answer(method.getName(), args == null ? new Object[0] : args)));
  }

  private Object connectionCall(String name, Object[] args) {
    calls.add(name);
    switch (name) {
      case "setAutoCommit" -> autoCommit = (Boolean) args[0];
      case "close" -> closed = true;
      default -> {}
    }
    return switch (name) {
      case "getAutoCommit" -> autoCommit;
      case "isClosed" -> closed;
      default -> "answer";
    };
  }

  @Test
  void staysOpenWhenAHandleCloses() throws SQLException {
    try (OneConnectionDataSource one = one()) {
      Connection first = one.getConnection();
      first.close();
      first.close();
      assertThat(first.isClosed()).isTrue();
      assertThat(closed).isFalse();
      assertThat(calls).doesNotContain("rollback");
      assertThatExceptionOfType(SQLException.class).isThrownBy(first::createStatement);
      try (Connection second = one.getConnection()) {
        assertThat(second.getCatalog()).isEqualTo("answer");
        assertThat(second).isNotEqualTo(first).isEqualTo(second);
      }
    }
    assertThat(closed).isTrue();
  }

  @Test
  void rollsBackWhatAHandleLeftOpen() throws SQLException {
    try (OneConnectionDataSource one = one()) {
      Connection outer = one.getConnection();
      outer.setAutoCommit(false);
      one.getConnection().close();
      assertThat(calls).doesNotContain("rollback");
      outer.close();
      assertThat(calls).containsSubsequence("rollback", "setAutoCommit");
      assertThat(autoCommit).isTrue();
    }
  }

  @Test
  void givesNothingOnceClosed() throws SQLException {
    OneConnectionDataSource one = one();
    one.close();
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(one::getConnection)
        .satisfies(thrown -> assertThat(thrown.getSQLState()).isEqualTo("08003"));
  }

  @Test
  void unwraps() throws SQLException {
    try (OneConnectionDataSource one = one()) {
      assertThat(one.unwrap(AutoCloseable.class)).isSameAs(one);
      assertThat(one.isWrapperFor(String.class)).isFalse();
      assertThatExceptionOfType(SQLException.class).isThrownBy(() -> one.unwrap(String.class));
    }
  }
}
