package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEY_CHANGE;

import dev.gatewaydb.dao.usage.KeyLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** The record of who changed which key and why. */
final class KeyChanges {
  private static final String NONE = "none";

  private KeyChanges() {}

  static void record(
      DSLContext database,
      UUID id,
      String action,
      ChangedBy by,
      Map<String, String> before,
      Map<String, String> after) {
    database
        .insertInto(API_KEY_CHANGE)
        .set(API_KEY_CHANGE.API_KEY_ID, id)
        .set(API_KEY_CHANGE.ACTION, action)
        .set(API_KEY_CHANGE.CHANGED_BY, by.who())
        .set(API_KEY_CHANGE.REASON, by.why())
        .set(API_KEY_CHANGE.OLD_VALUES, object(before))
        .set(API_KEY_CHANGE.NEW_VALUES, object(after))
        .execute();
  }

  static void purged(DSLContext database, List<UUID> ids, ChangedBy by) {
    database
        .insertInto(
            API_KEY_CHANGE,
            API_KEY_CHANGE.API_KEY_ID,
            API_KEY_CHANGE.ACTION,
            API_KEY_CHANGE.CHANGED_BY,
            API_KEY_CHANGE.REASON)
        .select(
            DSL.select(
                    DSL.field("id", UUID.class),
                    DSL.val("purge"),
                    DSL.val(by.who()),
                    DSL.val(by.why()))
                .from("unnest({0}) AS purged (id)", DSL.val(ids.toArray(UUID[]::new))))
        .execute();
  }

  private static Field<JSONB> object(Map<String, String> values) {
    List<String> keys = new ArrayList<>(values.keySet());
    return DSL.field(
        "jsonb_object({0}, {1})",
        SQLDataType.JSONB,
        DSL.val(keys.toArray(String[]::new)),
        DSL.val(keys.stream().map(values::get).toArray(String[]::new)));
  }

  static List<KeyChange> of(DSLContext database, UUID id, int limit) {
    return database
        .select(
            API_KEY_CHANGE.CHANGED_AT,
            API_KEY_CHANGE.ACTION,
            API_KEY_CHANGE.CHANGED_BY,
            API_KEY_CHANGE.REASON,
            part("key", API_KEY_CHANGE.OLD_VALUES),
            part("value", API_KEY_CHANGE.OLD_VALUES),
            part("key", API_KEY_CHANGE.NEW_VALUES),
            part("value", API_KEY_CHANGE.NEW_VALUES))
        .from(API_KEY_CHANGE)
        .where(API_KEY_CHANGE.API_KEY_ID.eq(id))
        .orderBy(API_KEY_CHANGE.ID.desc())
        .limit(limit)
        .fetch(KeyChanges::change);
  }

  private static Field<String[]> part(String part, Field<JSONB> object) {
    return DSL.field(
        "ARRAY(SELECT " + part + " FROM jsonb_each_text({0}) ORDER BY key)",
        SQLDataType.CLOB.getArrayDataType(),
        object);
  }

  private static KeyChange change(Record row) {
    return new KeyChange(
        row.get(API_KEY_CHANGE.CHANGED_AT).toInstant(),
        row.get(API_KEY_CHANGE.ACTION),
        new ChangedBy(row.get(API_KEY_CHANGE.CHANGED_BY), row.get(API_KEY_CHANGE.REASON)),
        map(row.get(4, String[].class), row.get(5, String[].class)),
        map(row.get(6, String[].class), row.get(7, String[].class)));
  }

  private static Map<String, String> map(String[] keys, String[] values) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < keys.length; i++) {
      map.put(keys[i], values[i]);
    }
    return map;
  }

  /** What may be changed, as texts. */
  static Map<String, String> values(KeySettings settings) {
    KeyLimits limits = settings.limits();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("name", settings.name());
    values.put("permissions", settings.permissions().toString());
    values.put("tier", limits.tier().label());
    values.put("rate_limit_per_minute", text(limits.rateLimitPerMinute()));
    values.put("burst", text(limits.burst()));
    values.put("monthly_quota", text(limits.monthlyQuota()));
    values.put("expires_at", text(settings.expiresAt()));
    return values;
  }

  private static String text(Optional<?> value) {
    return value.map(Object::toString).orElse(NONE);
  }
}
