package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;
import static dev.gatewaydb.schema.jooq.Tables.API_KEY_PREVIOUS_HASH;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Deletes what has been dead for long. */
final class KeyPurge {
  static final int BATCH = 1000;

  private KeyPurge() {}

  private static Condition dead(Duration deadFor) {
    // least() passes over nulls: the earlier of the two ends that are there.
    return DSL.condition(
        "least({0}, {1}) <= now() - {2} * interval '1 second'",
        API_KEYS.REVOKED_AT, API_KEYS.EXPIRES_AT, DSL.val(deadFor.toSeconds()));
  }

  static int count(DSLContext db, Duration deadFor) {
    return db.fetchCount(API_KEYS, dead(deadFor));
  }

  static int batch(DSLContext db, Duration deadFor, ChangedBy by) {
    db.deleteFrom(API_KEY_PREVIOUS_HASH).where("valid_until <= now()").execute();
    List<UUID> ids =
        db.select(API_KEYS.ID)
            .from(API_KEYS)
            .where(dead(deadFor))
            .orderBy(API_KEYS.ID)
            .limit(BATCH)
            .forUpdate()
            .fetch(API_KEYS.ID);
    KeyChanges.purged(db, ids, by);
    db.deleteFrom(API_KEYS).where(API_KEYS.ID.in(ids)).execute();
    return ids.size();
  }
}
