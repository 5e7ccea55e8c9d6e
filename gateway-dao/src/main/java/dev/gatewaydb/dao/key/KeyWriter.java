package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;
import static dev.gatewaydb.schema.jooq.Tables.API_KEY_PREVIOUS_HASH;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.NotFoundException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** The store's changes, each as a part of the caller's transaction. */
final class KeyWriter {
  private static final String FOREIGN_KEY_VIOLATION = "23503";
  private static final Duration LONGEST_LIFE = Duration.ofDays(36_525);

  private final KeyReader reader;
  private final KeyHasher hasher;
  private final SecureRandom random = new SecureRandom();

  KeyWriter(KeyReader reader, KeyHasher hasher) {
    this.reader = reader;
    this.hasher = hasher;
  }

  IssuedKey create(DSLContext db, NewKey wanted, ChangedBy by) {
    KeySettings settings = wanted.settings();
    requireNone(settings.faults());
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
    return new IssuedKey(found(db, id), secret);
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

  ApiKey update(DSLContext db, ApiKey seen, KeySettings settings, ChangedBy by) {
    // What others wrote may break our rules; it need not be put right to change something else.
    List<String> faults = new ArrayList<>(settings.faults());
    faults.removeAll(seen.settings().faults());
    requireNone(faults);
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
    return found(db, seen.id());
  }

  IssuedKey rotate(DSLContext db, ApiKey seen, Duration overlap, ChangedBy by) {
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
    ApiKey rotated = found(db, seen.id());
    KeyChanges.record(
        db,
        seen.id(),
        "rotate",
        by,
        Map.of("shown", current.shown()),
        Map.of("shown", rotated.shown(), "overlap", overlap.toString()));
    return new IssuedKey(rotated, secret);
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

  ApiKey revoke(DSLContext db, UUID id, ChangedBy by) {
    ApiKey current = locked(db, id);
    if (current.state() == KeyState.REVOKED) {
      return current;
    }
    db.update(API_KEYS)
        .set(API_KEYS.IS_ACTIVE, false)
        .set(API_KEYS.REVOKED_AT, DSL.field("now()", OffsetDateTime.class))
        .where(API_KEYS.ID.eq(id))
        .execute();
    KeyChanges.record(db, id, "revoke", by, Map.of("state", current.state().label()), Map.of());
    return found(db, id);
  }

  int revokePrevious(DSLContext db, UUID id, ChangedBy by) {
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
  }

  private ApiKey found(DSLContext db, UUID id) {
    return reader.find(db, id).orElseThrow();
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

  private static void requireNone(List<String> faults) {
    if (!faults.isEmpty()) {
      throw new InvalidInputException(faults);
    }
  }

  private static void requireFuture(DSLContext db, Optional<Instant> end) {
    if (end.isEmpty()) {
      return;
    }
    Instant now = KeyReader.now(db);
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
