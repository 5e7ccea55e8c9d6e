package dev.gatewaydb.dao.key;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of changed keys, on a connection of its own. Each second it makes sure that the connection
 * lives, reads the database's clock, and every other second looks whether the users of the cached
 * keys are still active: their table is the dashboard's and tells nobody of changes.
 */
final class KeyListener implements AutoCloseable {
  /** What the owner does with what is heard. */
  interface Ears {
    void begun(long nanos);

    void heard(Set<UUID> ids, boolean maybeNew);

    void heardOfAnything();

    void clock(Instant server, long sentNanos, long receivedNanos);

    void alive(long nanos);

    void ended();

    Set<UUID> users();

    void activeUsers(List<UUID> asked, Set<UUID> active);
  }

  private static final Logger LOG = LoggerFactory.getLogger(KeyListener.class);
  private static final Pattern PAYLOAD =
      Pattern.compile(
          "\\{\"op\" ?: ?\"(INSERT|UPDATE|DELETE)\", ?\"id\" ?: ?"
              + "\"(\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12})\"}");
  private static final long BEAT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long NANOS_PER_MILLI = 1_000_000;
  // So that closing takes no longer.
  private static final long LONGEST_WAIT_MILLIS = 100;
  private static final int BEATS_PER_USER_CHECK = 2;
  private static final int USERS_PER_QUERY = 5_000;
  private static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE_AT_CLOSE = Duration.ofSeconds(1);
  private static final Duration UNSUITABLE_PAUSE = Duration.ofSeconds(30);

  /** Notifications won't arrive, however often it tries. */
  private static final class Unsuitable extends SQLException {
    Unsuitable(String message) {
      super(message);
    }
  }

  private final DataSource source;
  private final KeyLookup lookup;
  private final Ears ears;
  private final LongSupplier nanoTime;
  private final Thread thread;
  private volatile boolean closed;

  KeyListener(DataSource source, KeyLookup lookup, Ears ears, LongSupplier nanoTime) {
    this.source = source;
    this.lookup = lookup;
    this.ears = ears;
    this.nanoTime = nanoTime;
    this.thread = Thread.ofPlatform().daemon().name("gwdb-key-listener").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    boolean failing = false;
    while (!closed) {
      long start = nanoTime.getAsLong();
      try {
        listen();
      } catch (SQLException | RuntimeException e) {
        if (nanoTime.getAsLong() - start > 2 * BEAT_NANOS) {
          pause = FIRST_PAUSE;
          failing = false;
        }
        if (!closed && !failing) {
          LOG.warn(
              "not listening for changed keys, so that each is confirmed every 2 s: {}",
              e.getMessage());
        }
        failing = true;
        pause = e instanceof Unsuitable ? UNSUITABLE_PAUSE : pause;
      }
      sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
              : pause.multipliedBy(2);
    }
  }

  private void sleep(Duration pause) {
    if (closed) {
      return;
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void listen() throws SQLException {
    try (Connection mine = source.getConnection()) {
      int before = mine.getNetworkTimeout();
      mine.setAutoCommit(true);
      mine.setNetworkTimeout(Runnable::run, (int) NETWORK_TIMEOUT.toMillis());
      PGConnection postgres = mine.unwrap(PGConnection.class);
      try (Statement statement = mine.createStatement()) {
        requireDirect(statement, postgres);
        statement.execute("LISTEN gateway_api_keys");
        ears.begun(nanoTime.getAsLong());
        hear(mine, postgres);
      } finally {
        ears.ended();
        hush(mine, postgres, before);
      }
    }
  }

  /** The next one to get it from a pool would go on collecting notifications. */
  private static void hush(Connection mine, PGConnection postgres, int networkTimeout)
      throws SQLException {
    try (Statement statement = mine.createStatement()) {
      statement.execute("UNLISTEN *");
      postgres.getNotifications();
      mine.setNetworkTimeout(Runnable::run, networkTimeout);
    } catch (SQLException e) {
      LOG.debug("the listener's connection is no more: {}", e.getMessage());
      mine.abort(Runnable::run);
    }
  }

  /** A pooler in between answers with its own process id, and may hand us another session. */
  private static void requireDirect(Statement statement, PGConnection postgres)
      throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid(), pg_is_in_recovery()")) {
      row.next();
      if (row.getInt(1) != postgres.getBackendPID()) {
        throw new Unsuitable(
            "the connection goes through a pooler; give the listener a direct one");
      }
      if (row.getBoolean(2)) {
        // Perhaps for a moment only, in a failover.
        throw new SQLException("the server is a standby; give the listener the primary");
      }
    }
  }

  private void hear(Connection mine, PGConnection postgres) throws SQLException {
    long nextBeat = nanoTime.getAsLong();
    for (int beats = 0; !closed; ) {
      long wait =
          Math.min(LONGEST_WAIT_MILLIS, (nextBeat - nanoTime.getAsLong()) / NANOS_PER_MILLI);
      deal(wait > 0 ? postgres.getNotifications((int) wait) : postgres.getNotifications());
      long now = nanoTime.getAsLong();
      if (now - nextBeat >= 0) {
        readClock(mine);
        if (beats++ % BEATS_PER_USER_CHECK == 0) {
          checkUsers(mine, postgres);
        }
        // What was sent before the answer is here by now.
        deal(postgres.getNotifications());
        ears.alive(now);
        nextBeat = now + BEAT_NANOS;
      }
    }
  }

  private void deal(PGNotification @Nullable [] notifications) {
    if (notifications == null || notifications.length == 0) {
      return;
    }
    Set<UUID> ids = new HashSet<>();
    boolean maybeNew = false;
    for (PGNotification notification : notifications) {
      Matcher payload = PAYLOAD.matcher(notification.getParameter());
      if (!payload.matches()) {
        ears.heardOfAnything();
        return;
      }
      ids.add(UUID.fromString(payload.group(2)));
      maybeNew |= !payload.group(1).equals("DELETE");
    }
    ears.heard(ids, maybeNew);
  }

  private void readClock(Connection mine) throws SQLException {
    try (Statement statement = mine.createStatement()) {
      long sent = nanoTime.getAsLong();
      try (ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
        long received = nanoTime.getAsLong();
        row.next();
        ears.clock(row.getObject(1, OffsetDateTime.class).toInstant(), sent, received);
      }
    }
  }

  private void checkUsers(Connection mine, PGConnection postgres) throws SQLException {
    UserTable.Shape shape = lookup.shape(mine);
    if (!shape.isPresent()) {
      return;
    }
    List<UUID> users = new ArrayList<>(ears.users());
    Set<UUID> active = new HashSet<>();
    for (int from = 0; from < users.size(); from += USERS_PER_QUERY) {
      List<UUID> asked = users.subList(from, Math.min(users.size(), from + USERS_PER_QUERY));
      try (PreparedStatement statement = mine.prepareStatement(shape.activeAmong())) {
        statement.setArray(1, mine.createArrayOf("uuid", asked.toArray()));
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            active.add(row.getObject(1, UUID.class));
          }
        }
      }
      deal(postgres.getNotifications());
    }
    ears.activeUsers(users, active);
  }

  /** Its connection is given back when this returns, unless the network hangs. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(LONGEST_PAUSE_AT_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
