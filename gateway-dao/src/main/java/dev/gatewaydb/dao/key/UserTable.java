package dev.gatewaydb.dao.key;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dashboard's table {@code "user"} beside ours, as far as it is there: it comes and changes
 * without us, so we look again now and then. A user that is not in it is not active.
 */
final class UserTable {
  private static final Logger LOG = LoggerFactory.getLogger(UserTable.class);
  private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(30).toNanos();

  private static final String SHAPE =
      """
      SELECT format('%I.%I', n.nspname, u.relname),
             bool_or(a.attname = 'is_active' AND a.atttypid = 'bool'::regtype) AS knows_active,
             bool_or(a.attname = 'email') AS knows_email,
             bool_and(has_column_privilege(u.oid, a.attnum, 'SELECT')) AS readable
        FROM pg_class k
        JOIN pg_namespace n ON n.oid = k.relnamespace
        JOIN pg_class u ON u.relnamespace = n.oid AND u.relname = 'user'
        JOIN pg_attribute a ON a.attrelid = u.oid AND a.attnum > 0 AND NOT a.attisdropped
         AND a.attname IN ('id', 'is_active', 'email')
       WHERE k.oid = to_regclass('api_keys')
       GROUP BY n.nspname, u.relname
      HAVING bool_or(a.attname = 'id' AND a.atttypid = 'uuid'::regtype)
      """;

  /**
   * What is there.
   *
   * @param name quoted for SQL; null without a usable table
   * @param knowsActive whether it says which users are active
   * @param knowsEmail whether users are found by e-mail
   */
  record Shape(@Nullable String name, boolean knowsActive, boolean knowsEmail) {
    private static final Shape NONE = new Shape(null, false, false);

    boolean isPresent() {
      return name != null;
    }

    /** Whether a key's user may use it. */
    Field<Boolean> activeField() {
      return name == null
          ? DSL.inline(true).as("user_active")
          : DSL.field(activeCondition(API_KEYS.USER_ID)).as("user_active");
    }

    Condition activeCondition(Field<?> userId) {
      return name == null
          ? DSL.trueCondition()
          : DSL.condition(
              "EXISTS (SELECT FROM " + name + " u WHERE u.id = {0}" + onlyActive() + ")", userId);
    }

    /** Those of an array of ids that are active; the array is the one parameter. */
    String activeAmong() {
      return "SELECT u.id FROM " + name + " u WHERE u.id = ANY (?)" + onlyActive();
    }

    private String onlyActive() {
      return knowsActive ? " AND u.is_active" : "";
    }
  }

  private record Seen(Shape shape, long nanos) {}

  private final AtomicReference<@Nullable Seen> seen = new AtomicReference<>();

  /** As of at most half a minute ago. */
  Shape shape(DSLContext database) {
    Seen last = seen.get();
    if (last != null && System.nanoTime() - last.nanos() < LOOK_AGAIN_NANOS) {
      return last.shape();
    }
    Shape shape = look(database);
    seen.set(new Seen(shape, System.nanoTime()));
    return shape;
  }

  /** The next call looks at once: a statement failed, perhaps because the table has changed. */
  void forget() {
    seen.set(null);
  }

  private static Shape look(DSLContext database) {
    Record row = database.fetchOne(SHAPE);
    if (row == null) {
      return Shape.NONE;
    }
    if (!Boolean.TRUE.equals(row.get("readable", Boolean.class))) {
      LOG.warn(
          "this role may not read the table of users, {}: whether a key's user is active is not"
              + " checked; GRANT SELECT (id, is_active) on it",
          row.get(0, String.class));
      return Shape.NONE;
    }
    return new Shape(
        row.get(0, String.class),
        Boolean.TRUE.equals(row.get("knows_active", Boolean.class)),
        Boolean.TRUE.equals(row.get("knows_email", Boolean.class)));
  }
}
