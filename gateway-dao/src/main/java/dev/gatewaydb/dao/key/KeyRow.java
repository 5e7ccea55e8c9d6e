package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;

import dev.gatewaydb.dao.EthereumAddress;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code api_keys} with the database's time when it was read.
 *
 * @param key with its state at that time
 * @param keyOn whether the key was switched on
 * @param userOn whether its user was
 * @param readAt the database's clock
 */
record KeyRow(ApiKey key, boolean keyOn, boolean userOn, Instant readAt) {
  // Entries that aren't strings grant nothing.
  private static final Field<String[]> GRANTS =
      DSL.field(
          "ARRAY(SELECT p #>> '{}' FROM jsonb_array_elements({0}) p WHERE jsonb_typeof(p) ="
              + " 'string')",
          SQLDataType.CLOB.getArrayDataType(), API_KEYS.PERMISSIONS);

  /** How many columns {@link #columns} gives. */
  static final int COLUMNS = 22;

  /** What {@link #of} reads, in this order. */
  static List<Field<?>> columns(UserTable.Shape users) {
    return List.of(
        API_KEYS.ID,
        API_KEYS.USER_ID,
        API_KEYS.ADDRESS,
        API_KEYS.ENVIRONMENT,
        API_KEYS.NAME,
        GRANTS,
        API_KEYS.TIER,
        API_KEYS.RATE_LIMIT_PER_MINUTE,
        API_KEYS.BURST,
        API_KEYS.MONTHLY_QUOTA,
        API_KEYS.EXPIRES_AT,
        API_KEYS.CREATED_AT,
        API_KEYS.UPDATED_AT,
        API_KEYS.ROTATED_AT,
        API_KEYS.REVOKED_AT,
        API_KEYS.LAST_USED_AT,
        API_KEYS.KEY_PREFIX,
        API_KEYS.LAST_FOUR,
        API_KEYS.PEPPER_ID,
        API_KEYS.IS_ACTIVE,
        users.activeField(),
        DSL.field("clock_timestamp()", SQLDataType.TIMESTAMPWITHTIMEZONE));
  }

  static KeyRow of(ResultSet row) throws SQLException {
    int i = 1;
    UUID id = row.getObject(i++, UUID.class);
    UUID userId = row.getObject(i++, UUID.class);
    EthereumAddress address = EthereumAddress.of(row.getBytes(i++));
    KeyEnvironment environment = KeyEnvironment.of(row.getString(i++));
    String name = row.getString(i++);
    Permissions permissions = Permissions.stored(strings(row.getArray(i++)));
    KeyLimits limits =
        new KeyLimits(
            Tier.of(row.getString(i++)),
            Optional.ofNullable(row.getObject(i++, Integer.class)),
            Optional.ofNullable(row.getObject(i++, Integer.class)),
            Optional.ofNullable(row.getObject(i++, Long.class)));
    Optional<Instant> expires = instant(row, i++);
    KeyTimes times =
        new KeyTimes(
            instant(row, i++).orElseThrow(),
            instant(row, i++).orElseThrow(),
            instant(row, i++),
            instant(row, i++),
            instant(row, i++));
    String shown = shown(row.getString(i++), row.getString(i++));
    Optional<String> pepperId = Optional.ofNullable(row.getString(i++));
    boolean keyOn = row.getBoolean(i++);
    boolean userOn = row.getBoolean(i++);
    Instant now = instant(row, i).orElseThrow();
    KeySettings settings = new KeySettings(name, permissions, limits, expires);
    ApiKey key =
        new ApiKey(
            id,
            userId,
            address,
            environment,
            settings,
            state(times.revoked(), keyOn && userOn, expires, now),
            times,
            shown,
            pepperId);
    return new KeyRow(key, keyOn, userOn, now);
  }

  private static KeyState state(
      Optional<Instant> revoked, boolean switchedOn, Optional<Instant> expires, Instant now) {
    if (isOver(revoked, now)) {
      return KeyState.REVOKED;
    }
    if (!switchedOn) {
      return KeyState.INACTIVE;
    }
    return isOver(expires, now) ? KeyState.EXPIRED : KeyState.ACTIVE;
  }

  static boolean isOver(Optional<Instant> end, Instant now) {
    return end.isPresent() && !end.get().isAfter(now);
  }

  static String shown(String prefix, String lastFour) {
    return prefix + "…" + lastFour;
  }

  static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? Optional.empty() : Optional.of(time.toInstant());
  }

  static List<String> strings(Array array) throws SQLException {
    List<String> strings = new ArrayList<>();
    for (Object each : (Object[]) array.getArray()) {
      strings.add(String.valueOf(each));
    }
    return strings;
  }
}
