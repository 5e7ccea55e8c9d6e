package dev.gatewaydb.dao.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.dao.DatabaseException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ScratchPostgres.class)
final class UsageRecorderTest {
  private static final UUID A = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID B = UUID.fromString("f0000000-0000-4000-8000-00000000000b");
  private static final long UNLIMITED = Long.MAX_VALUE;
  private static final Duration NEVER = Duration.ofDays(1);

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final List<UsageRecorder> started = new ArrayList<>();
  private static DataSource database;
  private long now;
  private boolean away;
  private boolean cutAtCommit;

  @BeforeAll
  static void open(@Migrated ScratchDatabase scratch) {
    database = scratch.dataSource();
  }

  @BeforeEach
  void twoKeys() throws SQLException {
    execute("TRUNCATE api_keys CASCADE");
    for (UUID id : List.of(A, B)) {
      execute(
          """
          INSERT INTO api_keys (id, user_id, address, name, key_hash, key_prefix, last_four)
          VALUES ('%s', '%s', decode(repeat('ab', 20), 'hex'), 'n', sha256('%s'), '', '')
          """
              .formatted(id, id, id));
    }
    now =
        Instant.parse(row("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')") + "T12:00:00Z")
            .toEpochMilli();
  }

  @AfterEach
  void close() {
    away = false;
    cutAtCommit = false;
    started.forEach(UsageRecorder::close);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String row(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "nothing";
    }
  }

  private String counts() throws SQLException {
    return row(
        """
        SELECT string_agg(right(api_key_id::text, 1) || ' ' || request_count, ', '
                          ORDER BY api_key_id, usage_date)
          FROM api_key_usage
        """);
  }

  private UsageRecorder recorder(Duration interval) {
    UsageRecorder recorder = UsageRecorder.start(unreliable(), interval, meters);
    started.add(recorder);
    return recorder;
  }

  /** The database as the test wants it: away, or cut off when a commit is sent. */
  private DataSource unreliable() {
    return proxy(
        DataSource.class,
        (name, call) -> {
          if (away) {
            throw new SQLException("switched off by the test", "08006");
          }
          Connection connection = database.getConnection();
          return proxy(
              Connection.class,
              (method, inner) -> {
                Object result = inner.on(connection);
                if (cutAtCommit && method.equals("commit")) {
                  throw new SQLException("cut by the test", "08006");
                }
                return result;
              });
        });
  }

  private interface Call {
    Object on(Object target) throws Exception;
  }

  private interface Handler {
    Object handle(String method, Call call) throws Exception;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, args) ->
                handler.handle(
                    method.getName(),
                    target -> {
                      try {
                        return method.invoke(target, args);
                      } catch (InvocationTargetException e) {
                        throw (Exception) e.getCause();
                      }
                    })));
  }

  @Test
  void countsPerKeyAndDay() throws Exception {
    UsageRecorder recorder = recorder(NEVER);
    for (int i = 0; i < 3; i++) {
      assertThat(recorder.tryRecord(A, UNLIMITED, now)).isTrue();
    }
    recorder.tryRecord(B, UNLIMITED, now);
    recorder.tryRecord(B, UNLIMITED, now - Duration.ofDays(1).toMillis());
    recorder.flush();
    recorder.tryRecord(A, UNLIMITED, now);
    recorder.flush();
    recorder.flush();
    assertThat(counts()).isEqualTo("a 4, b 1, b 1");
    assertThat(row("SELECT count(DISTINCT usage_date) FROM api_key_usage")).isEqualTo("2");
  }

  @Test
  void lastUseNeverMovesBack() throws Exception {
    UsageRecorder recorder = recorder(NEVER);
    String lastUse =
        "SELECT extract(epoch FROM last_used_at)::bigint FROM api_keys WHERE id = '%s'";
    recorder.tryRecord(A, UNLIMITED, now);
    recorder.flush();
    recorder.tryRecord(A, UNLIMITED, now - 60_000);
    recorder.flush();
    assertThat(row(lastUse.formatted(A))).isEqualTo(String.valueOf(now / 1000));
    recorder.tryRecord(A, UNLIMITED, now + 59_000);
    recorder.flush();
    assertThat(row(lastUse.formatted(A))).isEqualTo(String.valueOf(now / 1000));
    recorder.tryRecord(A, UNLIMITED, now + 60_000);
    recorder.flush();
    assertThat(row(lastUse.formatted(A))).isEqualTo(String.valueOf(now / 1000 + 60));
    assertThat(row("SELECT last_used_at FROM api_keys WHERE id = '%s'".formatted(B)))
        .isEqualTo("null");
  }

  @Test
  void flushesByItselfAndWhenItIsClosed() throws Exception {
    UsageRecorder recorder = recorder(Duration.ofMillis(50));
    recorder.tryRecord(A, UNLIMITED, now);
    await().until(() -> "a 1".equals(counts()));
    UsageRecorder slow = recorder(NEVER);
    slow.tryRecord(A, UNLIMITED, now);
    slow.close();
    assertThat(counts()).isEqualTo("a 2");
  }

  @Test
  void countsWaitWhileTheDatabaseIsAway() throws Exception {
    UsageRecorder recorder = recorder(NEVER);
    recorder.tryRecord(A, UNLIMITED, now);
    away = true;
    assertThatThrownBy(recorder::flush).isInstanceOf(DatabaseException.class);
    recorder.tryRecord(A, UNLIMITED, now);
    assertThatThrownBy(recorder::flush).isInstanceOf(DatabaseException.class);
    away = false;
    recorder.flush();
    assertThat(counts()).isEqualTo("a 2");
  }

  @Test
  void whatMayHaveBeenCommittedIsNotCountedTwice() throws Exception {
    UsageRecorder recorder = recorder(NEVER);
    recorder.tryRecord(A, UNLIMITED, now);
    cutAtCommit = true;
    assertThatThrownBy(recorder::flush)
        .isInstanceOf(DatabaseException.class)
        .hasMessageContaining("given up");
    cutAtCommit = false;
    recorder.flush();
    assertThat(counts()).isEqualTo("a 1");
    assertThat(meters.get("gwdb.usage.lost").counter().count()).isOne();
  }

  @Test
  void keysThatArePurgedMeanwhileAreLeftOut() throws Exception {
    UsageRecorder recorder = recorder(NEVER);
    recorder.tryRecord(A, UNLIMITED, now);
    recorder.tryRecord(B, UNLIMITED, now);
    execute("DELETE FROM api_keys WHERE id = '%s'".formatted(A));
    recorder.flush();
    assertThat(counts()).isEqualTo("b 1");
  }

  @Test
  void losesNoCountWhileManyCountAndFlush() throws Exception {
    UsageRecorder recorder = recorder(Duration.ofMillis(1));
    UsageRecorder other = recorder(Duration.ofMillis(1));
    int threads = 8;
    int each = 20_000;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int t = 0; t < threads; t++) {
        UsageRecorder mine = t % 2 == 0 ? recorder : other;
        pool.execute(
            () -> {
              for (int i = 0; i < each; i++) {
                mine.tryRecord(i % 3 == 0 ? A : B, UNLIMITED, now);
              }
            });
      }
    }
    recorder.flush();
    other.flush();
    assertThat(row("SELECT sum(request_count) FROM api_key_usage"))
        .isEqualTo(String.valueOf(threads * each));
  }

  @Test
  void quotasEndTheMonthExactly() throws Exception {
    UsageRecorder recorder = recorder(NEVER);
    recorder.learn(A, 7, now);
    int granted = 0;
    for (int i = 0; i < 10; i++) {
      granted += recorder.tryRecord(A, 10, now) ? 1 : 0;
    }
    assertThat(granted).isEqualTo(3);
    recorder.flush();
    assertThat(counts()).isEqualTo("a 3");
    long nextMonth =
        YearMonth.from(LocalDate.ofEpochDay(now / 86_400_000)).plusMonths(1).atDay(1).toEpochDay()
            * 86_400_000;
    assertThat(recorder.tryRecord(A, 1, nextMonth)).isTrue();
    assertThat(recorder.tryRecord(A, 1, nextMonth)).isFalse();
  }

  @Test
  void whatOthersCountedIsLearntWithEachFlush() {
    UsageRecorder one = recorder(NEVER);
    UsageRecorder two = recorder(NEVER);
    assertThat(one.tryRecord(A, 10, now)).isTrue();
    for (int i = 0; i < 8; i++) {
      assertThat(two.tryRecord(A, 10, now)).isTrue();
    }
    two.flush();
    one.flush();
    assertThat(one.tryRecord(A, 10, now)).isTrue();
    assertThat(one.tryRecord(A, 10, now)).isFalse();
  }

  @Test
  void reportsByKeyUserDayAndMonth() throws Exception {
    execute(
        """
        INSERT INTO api_key_usage VALUES
            ('%s', '2026-01-31', 5), ('%s', '2026-02-01', 7), ('%s', '2026-02-01', 100)
        """
            .formatted(A, A, B));
    UsageReports reports = new UsageReports(database);
    LocalDate january = LocalDate.of(2026, 1, 1);
    LocalDate february = LocalDate.of(2026, 2, 28);
    assertThat(reports.byDay(UsageScope.ALL, january, february))
        .containsExactlyEntriesOf(
            new java.util.TreeMap<>(
                java.util.Map.of(LocalDate.of(2026, 1, 31), 5L, LocalDate.of(2026, 2, 1), 107L)));
    assertThat(reports.byDay(UsageScope.ofKey(A), LocalDate.of(2026, 2, 1), february))
        .containsExactly(java.util.Map.entry(LocalDate.of(2026, 2, 1), 7L));
    assertThat(reports.byMonth(UsageScope.ofUser(A), january, february))
        .containsEntry(YearMonth.of(2026, 1), 5L)
        .containsEntry(YearMonth.of(2026, 2), 7L);
    assertThat(reports.byKey(UsageScope.ALL, january, february))
        .containsExactly(java.util.Map.entry(B, 100L), java.util.Map.entry(A, 12L));
    assertThat(reports.byKey(UsageScope.ofUser(UUID.randomUUID()), january, february)).isEmpty();
  }

  @Test
  void measures() {
    UsageRecorder recorder = recorder(NEVER);
    recorder.tryRecord(A, UNLIMITED, now);
    assertThat(meters.get("gwdb.usage.waiting").gauge().value()).isOne();
    recorder.flush();
    assertThat(meters.get("gwdb.usage.waiting").gauge().value()).isZero();
    assertThat(meters.get("gwdb.usage.flush").timer().count()).isOne();
    assertThat(meters.get("gwdb.usage.flush.lag").gauge().value()).isNotNegative();
  }
}
