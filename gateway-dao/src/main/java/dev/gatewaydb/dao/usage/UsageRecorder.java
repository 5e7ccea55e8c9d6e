package dev.gatewaydb.dao.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gatewaydb.dao.DatabaseException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts requests in memory, writes them to the database every few seconds and at {@link #close},
 * and says when a key's monthly quota is used up. A crash loses what was counted since the last
 * flush. While the database can't be reached the counts wait. If the connection breaks during a
 * commit, nobody can know whether it happened: that flush is then given up, never counted twice.
 *
 * <p>Instances learn of each other's counts when they flush: together they may grant more than a
 * quota by what they grant in one interval.
 */
public final class UsageRecorder implements AutoCloseable {
  /** How often it is flushed unless the caller says otherwise. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(UsageRecorder.class);
  private static final long MILLIS_PER_DAY = TimeUnit.DAYS.toMillis(1);
  private static final long MOST_KEYS = 1_000_000;
  // Few enough for any time-out that a server has, many enough for the commit not to matter.
  private static final int MOST_AT_ONCE = 20_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private record Slot(UUID keyId, long epochDay) {}

  /** Counts until it is drained; then it is closed and counts no more. */
  private static final class Cell {
    private static final long CLOSED = -1;
    private final AtomicLong count = new AtomicLong();
    private volatile long lastMillis;

    boolean add(long millis) {
      if (millis > lastMillis) {
        lastMillis = millis;
      }
      long now;
      do {
        now = count.get();
        if (now == CLOSED) {
          return false;
        }
      } while (!count.compareAndSet(now, now + 1));
      return true;
    }
  }

  /** What a key has used of a month in UTC, as far as this instance knows. */
  private record MonthlyUse(long startMillis, long endMillis, AtomicLong requests) {
    static MonthlyUse of(long epochMillis, long requests) {
      YearMonth month = YearMonth.from(Instant.ofEpochMilli(epochMillis).atOffset(ZoneOffset.UTC));
      return new MonthlyUse(start(month), start(month.plusMonths(1)), new AtomicLong(requests));
    }

    private static long start(YearMonth month) {
      return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    boolean contains(long epochMillis) {
      return epochMillis >= startMillis && epochMillis < endMillis;
    }
  }

  private final ConcurrentHashMap<Slot, Cell> cells = new ConcurrentHashMap<>();
  private final Cache<UUID, MonthlyUse> months =
      Caffeine.newBuilder()
          .executor(Runnable::run)
          .maximumSize(MOST_KEYS)
          .expireAfterAccess(Duration.ofHours(1))
          .build();
  private final Map<Slot, UsageWriter.Amount> waiting = new ConcurrentHashMap<>();
  private final ReentrantLock flushing = new ReentrantLock();
  private final UsageWriter writer;
  private final Thread thread;
  private final Timer flushTimer;
  private final Counter lost;
  private volatile long flushedNanos = System.nanoTime();
  private volatile long today;
  private volatile boolean closed;

  private UsageRecorder(DataSource dataSource, Duration interval, MeterRegistry meters) {
    this.writer = new UsageWriter(dataSource, PATIENCE);
    this.flushTimer = meters.timer("gwdb.usage.flush");
    this.lost = meters.counter("gwdb.usage.lost");
    Gauge.builder("gwdb.usage.flush.lag", this, UsageRecorder::lagSeconds)
        .baseUnit("seconds")
        .register(meters);
    Gauge.builder("gwdb.usage.waiting", this, mine -> mine.cells.size() + mine.waiting.size())
        .register(meters);
    this.thread =
        Thread.ofPlatform().daemon().name("gwdb-usage-flush").unstarted(() -> loop(interval));
  }

  /**
   * Starts one.
   *
   * @param dataSource a migrated database
   * @param interval from one flush to the next, more than zero
   * @param meters where {@code gwdb.usage.*} goes: how long flushes take, how long ago the last one
   *     was, how many keys wait, how many requests were lost
   */
  public static UsageRecorder start(
      DataSource dataSource, Duration interval, MeterRegistry meters) {
    if (!interval.isPositive()) {
      throw new IllegalArgumentException("the interval between flushes is more than zero");
    }
    UsageRecorder recorder = new UsageRecorder(dataSource, interval, meters);
    recorder.thread.start();
    return recorder;
  }

  private double lagSeconds() {
    return (System.nanoTime() - flushedNanos) / 1e9;
  }

  /**
   * Tells what a key has used this month, to which what waits here is added.
   *
   * @param requests in the current month, as the database has them
   * @param epochMillis the database's time
   */
  public void learn(UUID keyId, long requests, long epochMillis) {
    months.put(keyId, MonthlyUse.of(epochMillis, requests + uncounted(keyId)));
  }

  /**
   * Counts a request, unless the key's quota is used up.
   *
   * @param keyId whose request
   * @param monthlyQuota in force, at least 1
   * @param epochMillis the database's time
   * @return whether it was counted
   */
  public boolean tryRecord(UUID keyId, long monthlyQuota, long epochMillis) {
    AtomicLong used = used(keyId, epochMillis);
    if (used.incrementAndGet() > monthlyQuota) {
      used.decrementAndGet();
      return false;
    }
    long epochDay = Math.floorDiv(epochMillis, MILLIS_PER_DAY);
    if (epochDay != today) {
      today = epochDay;
    }
    Slot slot = new Slot(keyId, epochDay);
    while (true) {
      @Nullable Cell cell = cells.get(slot);
      if (cell == null) {
        cell = cells.computeIfAbsent(slot, s -> new Cell());
      }
      if (cell.add(epochMillis)) {
        return true;
      }
      cells.remove(slot, cell);
    }
  }

  private AtomicLong used(UUID keyId, long epochMillis) {
    @Nullable MonthlyUse use = months.getIfPresent(keyId);
    if (use == null || !use.contains(epochMillis)) {
      use =
          months
              .asMap()
              .compute(
                  keyId,
                  (id, known) ->
                      known != null && known.contains(epochMillis)
                          ? known
                          : MonthlyUse.of(epochMillis, 0));
    }
    return use.requests();
  }

  /** What was counted and isn't written yet. */
  private long uncounted(UUID keyId) {
    Slot slot = new Slot(keyId, today);
    UsageWriter.@Nullable Amount drained = waiting.get(slot);
    @Nullable Cell cell = cells.get(slot);
    return (drained == null ? 0 : drained.requests())
        + (cell == null ? 0 : Math.max(0, cell.count.get()));
  }

  /**
   * Writes what was counted so far; other threads go on counting.
   *
   * @throws DatabaseException when that fails; the counts wait for the next time
   */
  public void flush() {
    flushing.lock();
    try {
      drain();
      long start = System.nanoTime();
      if (!waiting.isEmpty()) {
        write();
        flushTimer.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      }
      flushedNanos = start;
    } finally {
      flushing.unlock();
    }
  }

  private void drain() {
    cells.forEach(
        (slot, cell) -> {
          long count = cell.count.getAndSet(Cell.CLOSED);
          cells.remove(slot, cell);
          if (count > 0) {
            waiting.merge(
                slot,
                new UsageWriter.Amount(slot.keyId(), slot.epochDay(), count, cell.lastMillis),
                UsageWriter.Amount::plus);
          }
        });
  }

  /** In several transactions; in the order of the keys, so that each touches few pages. */
  private void write() {
    List<Slot> slots = new ArrayList<>(waiting.keySet());
    slots.sort(Comparator.comparing(Slot::keyId));
    for (int from = 0; from < slots.size(); from += MOST_AT_ONCE) {
      write(slots.subList(from, Math.min(slots.size(), from + MOST_AT_ONCE)));
    }
  }

  private void write(List<Slot> slots) {
    List<UsageWriter.Amount> amounts =
        slots.stream().map(waiting::get).filter(Objects::nonNull).toList();
    try {
      Map<UUID, Long> totals = writer.write(amounts);
      slots.forEach(waiting::remove);
      totals.forEach(this::correct);
    } catch (UsageWriter.CommitUnknownException e) {
      long requests = amounts.stream().mapToLong(UsageWriter.Amount::requests).sum();
      lost.increment((double) requests);
      slots.forEach(waiting::remove);
      throw DatabaseException.of(
          "the connection broke while %d counted requests were committed: they are given up, so"
                  .formatted(requests)
              + " that none is counted twice",
          e.failure());
    } catch (SQLException e) {
      throw DatabaseException.of("can't write usage; it waits for the next flush", e);
    }
  }

  /** By what all instances have written. */
  private void correct(UUID keyId, long total) {
    @Nullable MonthlyUse use = months.getIfPresent(keyId);
    if (use == null) {
      return;
    }
    use.requests().set(total + uncounted(keyId));
  }

  private void loop(Duration interval) {
    boolean failing = false;
    while (!closed) {
      try {
        Thread.sleep(interval);
      } catch (InterruptedException e) {
        return;
      }
      try {
        flush();
        failing = false;
      } catch (RuntimeException e) {
        // Once, not every few seconds for as long as the database is away.
        if (!failing) {
          LOG.warn("{}", e.getMessage());
        }
        failing = true;
      }
    }
  }

  /** Flushes once more and stops. What can't be written then is lost, and logged. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      flush();
    } catch (DatabaseException e) {
      LOG.warn("usage since the last flush is lost: {}", e.getMessage());
    }
  }
}
