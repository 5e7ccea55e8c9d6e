package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;
import static dev.gatewaydb.schema.jooq.Tables.API_KEY_PREVIOUS_HASH;
import static dev.gatewaydb.schema.jooq.Tables.API_KEY_USAGE;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.conf.ParamType;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the row of a presented key. The SQL is jOOQ's, written once; JDBC runs it. */
final class KeyLookup {
  private static final Logger LOG = LoggerFactory.getLogger(KeyLookup.class);
  private static final Settings QUIET = new Settings().withExecuteLogging(false);
  private static final Set<String> OTHER_SCHEMA = Set.of("42P01", "42703");
  private static final Table<?> HASHES = hashes();
  private static final Field<UUID> KEY_ID =
      DSL.field(DSL.name("presented", "key_id"), SQLDataType.UUID);
  private static final Field<OffsetDateTime> VALID_UNTIL =
      DSL.field(DSL.name("presented", "valid_until"), SQLDataType.TIMESTAMPWITHTIMEZONE);
  private static final Field<Long> USED =
      DSL.field(
              DSL.select(DSL.coalesce(DSL.sum(API_KEY_USAGE.REQUEST_COUNT), 0))
                  .from(API_KEY_USAGE)
                  .where(API_KEY_USAGE.API_KEY_ID.eq(API_KEYS.ID))
                  .and(
                      DSL.condition(
                          "usage_date >= date_trunc('month', now() AT TIME ZONE 'UTC')::date")))
          .cast(SQLDataType.BIGINT);
  private static final Table<?> SERVER =
      DSL.select(DSL.field("pg_is_in_recovery()", SQLDataType.BOOLEAN).as("standby"))
          .asTable("server");
  private static final Field<Boolean> STANDBY =
      DSL.field(DSL.name("server", "standby"), SQLDataType.BOOLEAN);
  // A request doesn't wait for whoever has the row locked; the next one will do.
  private static final String REHASH =
      """
      UPDATE api_keys SET key_hash = ?, pepper_id = ?
       WHERE id = (SELECT id FROM api_keys
                    WHERE id = ? AND pepper_id IS NOT DISTINCT FROM ? AND key_hash = ANY (?)
                      FOR UPDATE SKIP LOCKED)
      """;
  private static final long REHASH_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  /**
   * What was found.
   *
   * @param row the key
   * @param validUntil when the presented value stops working; empty for the current value
   * @param usedThisMonth requests, as far as they are flushed
   */
  record Found(KeyRow row, Optional<Instant> validUntil, long usedThisMonth) {}

  /**
   * An answer of the database.
   *
   * @param found null: it has no such key
   * @param standby whether the server is one, which may lag behind what is heard from the primary
   * @param sentNanos when the query was sent
   * @param receivedNanos when its answer was there
   */
  record Reply(@Nullable Found found, boolean standby, long sentNanos, long receivedNanos) {}

  private record Query(UserTable.Shape users, String sql) {}

  private final KeyHasher hasher;
  private final UserTable users = new UserTable();
  private final LongSupplier nanoTime;
  private volatile @Nullable Query query;
  private volatile long rehashFailedNanos;
  private volatile boolean rehashFailed;

  KeyLookup(KeyHasher hasher) {
    this(hasher, System::nanoTime);
  }

  KeyLookup(KeyHasher hasher, LongSupplier nanoTime) {
    this.hasher = hasher;
    this.nanoTime = nanoTime;
  }

  /** The array of hashes is the parameter, twice. */
  private static Table<?> hashes() {
    Field<byte[][]> presented = DSL.field("?::bytea[]", byte[][].class);
    return DSL.select(
            API_KEYS.ID.as("key_id"),
            DSL.inline(null, SQLDataType.TIMESTAMPWITHTIMEZONE).as("valid_until"))
        .from(API_KEYS)
        .where(DSL.condition("{0} = ANY ({1})", API_KEYS.KEY_HASH, presented))
        .unionAll(
            DSL.select(API_KEY_PREVIOUS_HASH.API_KEY_ID, API_KEY_PREVIOUS_HASH.VALID_UNTIL)
                .from(API_KEY_PREVIOUS_HASH)
                .where(DSL.condition("{0} = ANY ({1})", API_KEY_PREVIOUS_HASH.KEY_HASH, presented)))
        .asTable("presented");
  }

  static String sql(UserTable.Shape users) {
    List<Field<?>> columns = new ArrayList<>(KeyRow.columns(users));
    columns.add(VALID_UNTIL);
    columns.add(USED);
    columns.add(STANDBY);
    return DSL.using(SQLDialect.POSTGRES, QUIET)
        .select(columns)
        .from(SERVER)
        .leftJoin(HASHES.join(API_KEYS).on(API_KEYS.ID.eq(KEY_ID)))
        .on(DSL.trueCondition())
        .getSQL(ParamType.INLINED);
  }

  /** Asks for a well-formed key, which moves to the current pepper. */
  Reply ask(Connection connection, String presented) throws SQLException {
    Reply reply = ask(connection, hasher.candidates(presented));
    if (reply.found() != null && !reply.standby()) {
      rehash(connection, presented, reply.found());
    }
    return reply;
  }

  /** The row of a key, whatever the text is; null when there is none. */
  @Nullable Found find(Connection connection, String presented) throws SQLException {
    if (!ApiKeySecret.isWellFormed(presented)) {
      return null;
    }
    return ask(connection, hasher.candidates(presented)).found();
  }

  private Reply ask(Connection connection, byte[][] candidates) throws SQLException {
    try {
      return query(connection, candidates);
    } catch (SQLException e) {
      if (!OTHER_SCHEMA.contains(String.valueOf(e.getSQLState())) || !connection.getAutoCommit()) {
        throw e;
      }
      // The dashboard may have changed its table of users.
      users.forget();
      return query(connection, candidates);
    }
  }

  private Reply query(Connection connection, byte[][] candidates) throws SQLException {
    String sql = sql(connection);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      Array hashes = connection.createArrayOf("bytea", candidates);
      statement.setArray(1, hashes);
      statement.setArray(2, hashes);
      long sent = nanoTime.getAsLong();
      try (ResultSet row = statement.executeQuery()) {
        long received = nanoTime.getAsLong();
        row.next();
        boolean standby = row.getBoolean(KeyRow.COLUMNS + 3);
        return new Reply(found(row), standby, sent, received);
      }
    }
  }

  private static @Nullable Found found(ResultSet row) throws SQLException {
    return row.getObject(1) == null
        ? null
        : new Found(
            KeyRow.of(row),
            KeyRow.instant(row, KeyRow.COLUMNS + 1),
            row.getLong(KeyRow.COLUMNS + 2));
  }

  private String sql(Connection connection) throws SQLException {
    UserTable.Shape shape = shape(connection);
    Query known = query;
    if (known == null || !known.users().equals(shape)) {
      known = new Query(shape, sql(shape));
      query = known;
    }
    return known.sql();
  }

  UserTable.Shape shape(Connection connection) throws SQLException {
    try {
      return users.shape(DSL.using(connection, SQLDialect.POSTGRES, QUIET));
    } catch (DataAccessException e) {
      @Nullable SQLException failure = e.getCause(SQLException.class);
      throw failure != null ? failure : new SQLException(e.getMessage(), e);
    }
  }

  /** After a change of pepper, keys move to the new one when they are used. */
  private void rehash(Connection connection, String presented, Found found) {
    Optional<String> current = hasher.currentPepperId();
    boolean due =
        current.isPresent()
            && found.validUntil().isEmpty()
            && !current.equals(found.row().key().pepperId());
    boolean paused = rehashFailed && nanoTime.getAsLong() - rehashFailedNanos < REHASH_PAUSE_NANOS;
    if (!due || paused) {
      return;
    }
    KeyHash hash = hasher.hash(presented);
    try (PreparedStatement statement = connection.prepareStatement(REHASH)) {
      statement.setBytes(1, hash.bytes());
      statement.setString(2, current.get());
      statement.setObject(3, found.row().key().id());
      statement.setString(4, found.row().key().pepperId().orElse(null));
      // Only the value that was presented: it may have been rotated just now.
      statement.setArray(5, connection.createArrayOf("bytea", hasher.candidates(presented)));
      statement.executeUpdate();
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
      rehashFailed = false;
    } catch (SQLException e) {
      // Perhaps a role without the right. The key works all the same, under the older pepper.
      if (!rehashFailed) {
        LOG.warn("keys are not rehashed under the current pepper: {}", e.getMessage());
      }
      rehashFailedNanos = nanoTime.getAsLong();
      rehashFailed = true;
    }
  }
}
