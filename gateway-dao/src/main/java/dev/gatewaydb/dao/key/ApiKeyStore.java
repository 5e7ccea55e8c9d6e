package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;
import static dev.gatewaydb.schema.jooq.Tables.API_KEY_PREVIOUS_HASH;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.DatabaseException;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.NotFoundException;
import dev.gatewaydb.dao.internal.Database;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Makes, finds and changes API keys. Every change records who made it and why, in the same
 * transaction. Moments are the database's. Safe for many threads and many instances at once: a
 * change of something that has changed since it was read is refused.
 *
 * <p>All methods throw {@link DatabaseException} when the database can't be reached or refuses.
 */
public final class ApiKeyStore {
  /** How long the old value of a rotated key may go on working at most. */
  public static final Duration LONGEST_OVERLAP = Duration.ofDays(90);

  /** How many keys a page may hold at most. */
  public static final int LARGEST_PAGE = 1000;

  private static final int LONGEST_PREFIX = 12;
  private static final int LONGEST_SHOWN = 19;
  private static final String FOREIGN_KEY_VIOLATION = "23503";
  private static final Duration LONGEST_LIFE = Duration.ofDays(36_525);

  private final Database database;
  private final KeyReader reader;
  private final KeyHasher hasher;
  private final SecureRandom random = new SecureRandom();

  /**
   * Needs a migrated database.
   *
   * @param dataSource usually a pool
   * @param hasher how new keys are hashed
   */
  public ApiKeyStore(DataSource dataSource, KeyHasher hasher) {
    this.database = new Database(dataSource);
    this.reader = new KeyReader();
    this.hasher = hasher;
  }

  /**
   * Makes a key.
   *
   * @throws InvalidInputException with everything that is wrong: the settings, an end that has
   *     passed, a user that the dashboard doesn't have
   */
  public IssuedKey create(NewKey wanted, ChangedBy by) {
    return inTransaction("can't create the key", db -> create(db, wanted, by));
  }

  /** As part of a transaction. */
  IssuedKey create(DSLContext db, NewKey wanted, ChangedBy by) {
    KeySettings settings = wanted.settings();
    requireValid(settings);
    requireFuture(db, settings.expiresAt());
    ApiKeySecret secret = ApiKeySecret.generate(wanted.environment(), random);
    UUID id = UUID.randomUUID();
    Map<Field<?>, Object> row = new LinkedHashMap<>(columns(settings));
    row.putAll(columns(secret));
    row.put(API_KEYS.ID, id);
    row.put(API_KEYS.USER_ID, wanted.userId());
    row.put(API_KEYS.ADDRESS, wanted.address().bytes());
    row.put(API_KEYS.ENVIRONMENT, wanted.environment().label());
    insert(db, row, wanted.userId());
    Map<String, String> values = KeyChanges.values(settings);
    values.put("user_id", wanted.userId().toString());
    values.put("address", wanted.address().toString());
    values.put("environment", wanted.environment().label());
    values.put("shown", KeyRow.shown(secret.prefix(), secret.lastFour()));
    KeyChanges.record(db, id, "create", by, Map.of(), values);
    return new IssuedKey(reader.find(db, id).orElseThrow(), secret);
  }

  /** The key of that id. */
  public Optional<ApiKey> find(UUID id) {
    return database.read("can't read the key", db -> find(db, id));
  }

  /** As part of a transaction. */
  Optional<ApiKey> find(DSLContext db, UUID id) {
    return reader.find(db, id);
  }

  /**
   * The keys that are shown so; several may be, since only a few characters are shown.
   *
   * @param shown the first characters, as in {@link ApiKey#shown}, or those with the last ones:
   *     {@code gw_live_AbCd} or {@code gw_live_AbCd…wxyz}. Earlier values of rotated keys count too
   */
  public List<ApiKey> findShown(String shown) {
    String[] parts = shown.split("…|\\.\\.\\.", 2);
    if (parts[0].length() > LONGEST_PREFIX || shown.length() > LONGEST_SHOWN) {
      // Perhaps a whole key, which the database and its logs have no need to see.
      return List.of();
    }
    return database.read(
        "can't read keys", db -> reader.findShown(db, parts[0], parts.length == 2 ? parts[1] : ""));
  }

  /**
   * Lists keys, newest first.
   *
   * @param filter which of them
   * @param after where the page before ended; empty: the first page
   * @param limit how many at most, 1 to {@value #LARGEST_PAGE}
   * @throws InvalidInputException for another limit
   */
  public KeyPage list(KeyFilter filter, Optional<PageToken> after, int limit) {
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw new InvalidInputException("a page has 1 to %d keys".formatted(LARGEST_PAGE));
    }
    return database.read("can't list keys", db -> reader.list(db, filter, after, limit));
  }

  /**
   * Changes what may be changed.
   *
   * @param seen the key as it was read; the change is refused if it has changed since
   * @param settings what it shall be
   * @throws InvalidInputException with everything that is wrong
   * @throws ConflictException when it has changed, or is revoked
   * @throws NotFoundException when it is gone
   */
  public ApiKey update(ApiKey seen, KeySettings settings, ChangedBy by) {
    return inTransaction("can't update the key", db -> update(db, seen, settings, by));
  }

  /** As part of a transaction. */
  ApiKey update(DSLContext db, ApiKey seen, KeySettings settings, ChangedBy by) {
    requireValid(settings);
    Map<String, String> before = KeyChanges.values(seen.settings());
    Map<String, String> after = KeyChanges.values(settings);
    Map<String, String> unchanged = new LinkedHashMap<>(before);
    unchanged.entrySet().retainAll(after.entrySet());
    before.keySet().removeAll(unchanged.keySet());
    after.keySet().removeAll(unchanged.keySet());
    ApiKey current = locked(db, seen);
    if (after.isEmpty()) {
      return current;
    }
    if (after.containsKey("expires_at")) {
      requireFuture(db, settings.expiresAt());
    }
    db.update(API_KEYS).set(columns(settings)).where(API_KEYS.ID.eq(seen.id())).execute();
    KeyChanges.record(db, seen.id(), "update", by, before, after);
    return reader.find(db, seen.id()).orElseThrow();
  }

  /**
   * Gives a key a new value. The old one goes on working for the overlap; values from earlier
   * rotations work no longer than that, too.
   *
   * @param seen the key as it was read; of two rotations at once, the second is refused
   * @param overlap zero (the old value stops at once) to {@link #LONGEST_OVERLAP}
   * @throws InvalidInputException for another overlap
   * @throws ConflictException when it has changed, or is not active
   * @throws NotFoundException when it is gone
   */
  public IssuedKey rotate(ApiKey seen, Duration overlap, ChangedBy by) {
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw new InvalidInputException(
          "the overlap is 0 to %d days".formatted(LONGEST_OVERLAP.toDays()));
    }
    return database.transaction(
        "can't rotate the key",
        db -> {
          ApiKey current = locked(db, seen);
          if (current.state() != KeyState.ACTIVE) {
            throw new ConflictException(
                "%s is %s, so it gets no new value".formatted(name(seen), current.state().label()),
                "Create another key.");
          }
          keepPrevious(db, seen.id(), overlap);
          ApiKeySecret secret = ApiKeySecret.generate(seen.environment(), random);
          db.update(API_KEYS)
              .set(columns(secret))
              .set(API_KEYS.ROTATED_AT, DSL.field("now()", OffsetDateTime.class))
              .where(API_KEYS.ID.eq(seen.id()))
              .execute();
          ApiKey rotated = reader.find(db, seen.id()).orElseThrow();
          KeyChanges.record(
              db,
              seen.id(),
              "rotate",
              by,
              Map.of("shown", current.shown()),
              Map.of("shown", rotated.shown(), "overlap", overlap.toString()));
          return new IssuedKey(rotated, secret);
        });
  }

  private static void keepPrevious(DSLContext db, UUID id, Duration overlap) {
    Field<OffsetDateTime> end =
        DSL.field(
            "now() + {0} * interval '1 microsecond'",
            OffsetDateTime.class, DSL.val(overlap.toNanos() / 1000));
    db.deleteFrom(API_KEY_PREVIOUS_HASH)
        .where(API_KEY_PREVIOUS_HASH.API_KEY_ID.eq(id))
        .and(overlap.isZero() ? DSL.trueCondition() : DSL.condition("valid_until <= now()"))
        .execute();
    if (overlap.isZero()) {
      return;
    }
    db.update(API_KEY_PREVIOUS_HASH)
        .set(API_KEY_PREVIOUS_HASH.VALID_UNTIL, DSL.least(API_KEY_PREVIOUS_HASH.VALID_UNTIL, end))
        .where(API_KEY_PREVIOUS_HASH.API_KEY_ID.eq(id))
        .execute();
    db.insertInto(
            API_KEY_PREVIOUS_HASH,
            API_KEY_PREVIOUS_HASH.KEY_HASH,
            API_KEY_PREVIOUS_HASH.API_KEY_ID,
            API_KEY_PREVIOUS_HASH.PEPPER_ID,
            API_KEY_PREVIOUS_HASH.KEY_PREFIX,
            API_KEY_PREVIOUS_HASH.LAST_FOUR,
            API_KEY_PREVIOUS_HASH.VALID_UNTIL)
        .select(
            DSL.select(
                    API_KEYS.KEY_HASH,
                    API_KEYS.ID,
                    API_KEYS.PEPPER_ID,
                    API_KEYS.KEY_PREFIX,
                    API_KEYS.LAST_FOUR,
                    end)
                .from(API_KEYS)
                .where(API_KEYS.ID.eq(id)))
        .execute();
  }

  /**
   * Takes a key back, for good and at once, whatever else happens to it meanwhile. A key that is
   * revoked already stays as it is.
   *
   * @throws NotFoundException when it is gone
   */
  public ApiKey revoke(UUID id, ChangedBy by) {
    return database.transaction(
        "can't revoke the key",
        db -> {
          ApiKey current = locked(db, id);
          if (current.state() != KeyState.REVOKED) {
            db.update(API_KEYS)
                .set(API_KEYS.IS_ACTIVE, false)
                .set(API_KEYS.REVOKED_AT, DSL.field("now()", OffsetDateTime.class))
                .where(API_KEYS.ID.eq(id))
                .execute();
            KeyChanges.record(
                db, id, "revoke", by, Map.of("state", current.state().label()), Map.of());
          }
          return reader.find(db, id).orElseThrow();
        });
  }

  /**
   * Ends a rotation's overlap: the earlier values stop working at once, the current one stays.
   *
   * @return how many values that was
   * @throws NotFoundException when the key is gone
   */
  public int revokePrevious(UUID id, ChangedBy by) {
    return database.transaction(
        "can't revoke the key's earlier values",
        db -> {
          locked(db, id);
          List<String> shown =
              db.deleteFrom(API_KEY_PREVIOUS_HASH)
                  .where(API_KEY_PREVIOUS_HASH.API_KEY_ID.eq(id))
                  .returning(API_KEY_PREVIOUS_HASH.KEY_PREFIX, API_KEY_PREVIOUS_HASH.LAST_FOUR)
                  .fetch(row -> KeyRow.shown(row.getKeyPrefix(), row.getLastFour()));
          if (!shown.isEmpty()) {
            KeyChanges.record(
                db, id, "revoke", by, Map.of("previous", String.join(" ", shown)), Map.of());
          }
          return shown.size();
        });
  }

  /**
   * Until when earlier values of a key go on working; empty when none does.
   *
   * @param id a key's
   */
  public Optional<Instant> overlapEnd(UUID id) {
    return database.read(
        "can't read the key's earlier values",
        db ->
            Optional.ofNullable(
                    db.select(DSL.max(API_KEY_PREVIOUS_HASH.VALID_UNTIL))
                        .from(API_KEY_PREVIOUS_HASH)
                        .where(API_KEY_PREVIOUS_HASH.API_KEY_ID.eq(id))
                        .and(DSL.condition("valid_until > clock_timestamp()"))
                        .fetchOneInto(OffsetDateTime.class))
                .map(OffsetDateTime::toInstant));
  }

  /**
   * Whether a key is accepted at this moment, and if it is, whether it allows something. Asks the
   * database, counts nothing and changes nothing; {@link ApiKeyAuthenticator} is for requests.
   *
   * @param presented anything at all
   * @param required empty: anything
   */
  public Authentication verify(String presented, Optional<Permission> required) {
    if (!ApiKeySecret.isWellFormed(presented)) {
      return new Authentication.Denied(DenialReason.MALFORMED, Duration.ZERO);
    }
    String doing = "can't look the key up";
    return KeyVerification.of(database.read(doing, db -> lookup(db, presented)), required);
  }

  private Optional<KeyLookup.Found> lookup(DSLContext db, String presented) {
    return db.connectionResult(
        connection -> Optional.ofNullable(new KeyLookup(hasher).find(connection, presented)));
  }

  /** How many keys {@link #purge} would delete. */
  public int purgeable(Duration deadFor) {
    return database.read("can't count keys", db -> KeyPurge.count(db, deadFor));
  }

  /**
   * Deletes keys that were revoked or have expired long ago, and their usage with them, in
   * transactions of a thousand. What was done to them stays on record.
   *
   * @param deadFor for how long at least; zero: all of them
   * @return how many
   */
  public int purge(Duration deadFor, ChangedBy by) {
    int total = 0;
    int deleted;
    do {
      deleted = database.transaction("can't purge keys", db -> KeyPurge.batch(db, deadFor, by));
      total += deleted;
    } while (deleted == KeyPurge.BATCH);
    return total;
  }

  /**
   * What was done to a key, newest first; also to one that is gone.
   *
   * @param limit how many at most, at least 1
   */
  public List<KeyChange> history(UUID id, int limit) {
    return database.read("can't read the key's history", db -> KeyChanges.of(db, id, limit));
  }

  /** The database's clock. */
  public Instant now() {
    return database.read("can't read the database's clock", ApiKeyStore::now);
  }

  private static Instant now(DSLContext db) {
    return db.fetchSingle("SELECT clock_timestamp()").get(0, OffsetDateTime.class).toInstant();
  }

  private static void insert(DSLContext db, Map<Field<?>, Object> row, UUID userId) {
    try {
      db.insertInto(API_KEYS).set(row).execute();
    } catch (DataAccessException e) {
      if (FOREIGN_KEY_VIOLATION.equals(e.sqlState())) {
        throw new InvalidInputException(
            "the owner, %s, is not in the dashboard's table \"user\"".formatted(userId));
      }
      throw e;
    }
  }

  <T> T inTransaction(String doing, Function<DSLContext, T> work) {
    return database.transaction(doing, work);
  }

  private ApiKey locked(DSLContext db, UUID id) {
    db.select(API_KEYS.ID).from(API_KEYS).where(API_KEYS.ID.eq(id)).forNoKeyUpdate().fetch();
    return reader
        .find(db, id)
        .orElseThrow(
            () ->
                new NotFoundException("there is no key " + id, "Perhaps it was purged meanwhile."));
  }

  private ApiKey locked(DSLContext db, ApiKey seen) {
    ApiKey current = locked(db, seen.id());
    if (current.state() == KeyState.REVOKED) {
      throw new ConflictException(name(seen) + " is revoked", "Create another key.");
    }
    if (!current.times().updated().equals(seen.times().updated())) {
      throw new ConflictException(
          name(seen) + " was changed by somebody else meanwhile; nothing was done",
          "Look at it again, and then decide.");
    }
    return current;
  }

  private static String name(ApiKey key) {
    return "key %s (%s)".formatted(key.shown(), key.id());
  }

  private static void requireValid(KeySettings settings) {
    List<String> faults = settings.faults();
    if (!faults.isEmpty()) {
      throw new InvalidInputException(faults);
    }
  }

  private static void requireFuture(DSLContext db, Optional<Instant> end) {
    if (end.isEmpty()) {
      return;
    }
    Instant now = now(db);
    if (!end.get().isAfter(now)) {
      throw new InvalidInputException(
          "the key would have expired already, at %s; the database's clock says %s"
              .formatted(end.get(), now));
    }
    if (end.get().isAfter(now.plus(LONGEST_LIFE))) {
      throw new InvalidInputException("a key expires within a hundred years, or never");
    }
  }

  private static Map<Field<?>, Object> columns(KeySettings settings) {
    Map<Field<?>, Object> columns = new LinkedHashMap<>();
    columns.put(API_KEYS.NAME, settings.name());
    columns.put(API_KEYS.PERMISSIONS, array(settings.permissions()));
    columns.put(API_KEYS.TIER, settings.limits().tier().label());
    columns.put(API_KEYS.RATE_LIMIT_PER_MINUTE, orNull(settings.limits().rateLimitPerMinute()));
    columns.put(API_KEYS.BURST, orNull(settings.limits().burst()));
    columns.put(API_KEYS.MONTHLY_QUOTA, orNull(settings.limits().monthlyQuota()));
    columns.put(
        API_KEYS.EXPIRES_AT, orNull(settings.expiresAt().map(end -> end.atOffset(ZoneOffset.UTC))));
    return columns;
  }

  private static Field<JSONB> array(Permissions permissions) {
    return DSL.field(
        "to_jsonb({0})", SQLDataType.JSONB, DSL.val(permissions.toList().toArray(String[]::new)));
  }

  /** A map of columns takes null for NULL. */
  @SuppressWarnings("NullAway")
  private static <T> T orNull(Optional<T> value) {
    return value.orElse(null);
  }

  private Map<Field<?>, Object> columns(ApiKeySecret secret) {
    KeyHash hash = hasher.hash(secret.reveal());
    Map<Field<?>, Object> columns = new LinkedHashMap<>();
    columns.put(API_KEYS.KEY_HASH, hash.bytes());
    columns.put(API_KEYS.PEPPER_ID, orNull(hash.pepperId()));
    columns.put(API_KEYS.KEY_PREFIX, secret.prefix());
    columns.put(API_KEYS.LAST_FOUR, secret.lastFour());
    return columns;
  }
}
