package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;
import static dev.gatewaydb.schema.jooq.Tables.API_KEY_PREVIOUS_HASH;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.ResultQuery;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/** The store's queries. */
final class KeyReader {
  private static final int MOST_SHOWN_ALIKE = 20;

  private final UserTable users = new UserTable();

  Optional<ApiKey> find(DSLContext db, UUID id) {
    return keys(db.select(KeyRow.columns(users.shape(db))).from(API_KEYS).where(API_KEYS.ID.eq(id)))
        .stream()
        .findFirst();
  }

  List<ApiKey> findShown(DSLContext db, String prefix, String lastFour) {
    Condition now = API_KEYS.KEY_PREFIX.eq(prefix);
    Condition earlier = API_KEY_PREVIOUS_HASH.KEY_PREFIX.eq(prefix);
    if (!lastFour.isEmpty()) {
      now = now.and(API_KEYS.LAST_FOUR.eq(lastFour));
      earlier = earlier.and(API_KEY_PREVIOUS_HASH.LAST_FOUR.eq(lastFour));
    }
    return keys(
        db.select(KeyRow.columns(users.shape(db)))
            .from(API_KEYS)
            .where(
                now.or(
                    API_KEYS.ID.in(
                        DSL.select(API_KEY_PREVIOUS_HASH.API_KEY_ID)
                            .from(API_KEY_PREVIOUS_HASH)
                            .where(earlier))))
            .orderBy(API_KEYS.CREATED_AT.desc(), API_KEYS.ID.desc())
            .limit(MOST_SHOWN_ALIKE));
  }

  static Instant now(DSLContext db) {
    return db.fetchSingle("SELECT clock_timestamp()").get(0, OffsetDateTime.class).toInstant();
  }

  static Optional<Instant> overlapEnd(DSLContext db, UUID id) {
    return Optional.ofNullable(
            db.select(DSL.max(API_KEY_PREVIOUS_HASH.VALID_UNTIL))
                .from(API_KEY_PREVIOUS_HASH)
                .where(API_KEY_PREVIOUS_HASH.API_KEY_ID.eq(id))
                .and(DSL.condition("valid_until > clock_timestamp()"))
                .fetchOneInto(OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  KeyPage list(DSLContext db, KeyFilter filter, Optional<PageToken> after, int limit) {
    UserTable.Shape shape = users.shape(db);
    Condition where = DSL.trueCondition();
    for (Condition each : conditions(filter, shape)) {
      where = where.and(each);
    }
    if (after.isPresent()) {
      where =
          where.and(
              DSL.row(API_KEYS.CREATED_AT, API_KEYS.ID)
                  .lt(after.get().created().atOffset(ZoneOffset.UTC), after.get().id()));
    }
    List<ApiKey> keys =
        keys(
            db.select(KeyRow.columns(shape))
                .from(API_KEYS)
                .where(where)
                .orderBy(API_KEYS.CREATED_AT.desc(), API_KEYS.ID.desc())
                .limit(limit + 1));
    if (keys.size() <= limit) {
      return new KeyPage(keys, Optional.empty());
    }
    ApiKey last = keys.get(limit - 1);
    return new KeyPage(
        keys.subList(0, limit), Optional.of(new PageToken(last.times().created(), last.id())));
  }

  private static List<Condition> conditions(KeyFilter filter, UserTable.Shape users) {
    List<Condition> conditions = new ArrayList<>();
    filter.userId().ifPresent(user -> conditions.add(API_KEYS.USER_ID.eq(user)));
    filter.address().ifPresent(a -> conditions.add(API_KEYS.ADDRESS.eq(a.bytes())));
    filter.tier().ifPresent(tier -> conditions.add(API_KEYS.TIER.eq(tier.label())));
    filter.permission().ifPresent(needed -> conditions.add(granted(needed)));
    filter.state().ifPresent(state -> conditions.add(inState(state, users)));
    return conditions;
  }

  /** In the one form that the index on permissions serves: an array that contains this one. */
  private static Condition granted(Permission needed) {
    Condition any = DSL.falseCondition();
    for (Set<String> grants : sufficient(needed)) {
      any =
          any.or(
              DSL.condition(
                  "{0} @> to_jsonb({1})",
                  API_KEYS.PERMISSIONS, DSL.val(grants.toArray(String[]::new))));
    }
    return any;
  }

  /** Each set of grants that is enough. */
  private static Set<Set<String>> sufficient(Permission needed) {
    Set<Set<String>> sets = new LinkedHashSet<>();
    sets.add(Set.of("admin"));
    sets.add(Set.of(needed.toString()));
    if (needed.equals(Permission.RPC)) {
      sets.add(Set.of("rpc_read", "rpc_write"));
    }
    if (needed.equals(Permission.RPC_READ) || needed.equals(Permission.RPC_WRITE)) {
      sets.add(Set.of("rpc"));
    }
    List<String> segments = needed.segments();
    for (int wild = 1; !segments.isEmpty() && wild < 1 << segments.size(); wild++) {
      List<String> pattern = new ArrayList<>(segments);
      for (int i = 0; i < segments.size(); i++) {
        if ((wild >> i & 1) == 1) {
          pattern.set(i, PermissionGrammar.ANY);
        }
      }
      sets.add(Set.of(String.join(":", pattern)));
    }
    return sets;
  }

  private static Condition inState(KeyState state, UserTable.Shape users) {
    Condition revoked = DSL.condition("{0} <= now()", API_KEYS.REVOKED_AT);
    Condition notRevoked = DSL.condition("({0} <= now()) IS NOT TRUE", API_KEYS.REVOKED_AT);
    Condition on = API_KEYS.IS_ACTIVE.isTrue().and(users.activeCondition(API_KEYS.USER_ID));
    Condition expired = DSL.condition("{0} <= now()", API_KEYS.EXPIRES_AT);
    return switch (state) {
      case REVOKED -> revoked;
      case INACTIVE -> notRevoked.andNot(on);
      case EXPIRED -> notRevoked.and(on).and(expired);
      case ACTIVE ->
          notRevoked.and(on).and(DSL.condition("({0} <= now()) IS NOT TRUE", API_KEYS.EXPIRES_AT));
    };
  }

  private static List<ApiKey> keys(ResultQuery<?> query) {
    List<ApiKey> keys = new ArrayList<>();
    try (ResultSet rows = query.fetchResultSet()) {
      while (rows.next()) {
        keys.add(KeyRow.of(rows).key());
      }
    } catch (SQLException e) {
      throw new DataAccessException("can't read keys", e);
    }
    return keys;
  }
}
