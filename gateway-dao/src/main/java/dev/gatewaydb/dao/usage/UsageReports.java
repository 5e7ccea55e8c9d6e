package dev.gatewaydb.dao.usage;

import static dev.gatewaydb.schema.jooq.Tables.API_KEYS;
import static dev.gatewaydb.schema.jooq.Tables.API_KEY_USAGE;

import dev.gatewaydb.dao.internal.Database;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * How often keys were used, as of the latest flushes. Days and months are in UTC; both ends of a
 * range are part of it. Days and months without requests are left out.
 *
 * <p>All methods throw {@link dev.gatewaydb.dao.DatabaseException} when the database can't be
 * reached or refuses.
 */
public final class UsageReports {
  private static final String DOING = "can't read usage";
  private static final Field<Long> REQUESTS =
      DSL.sum(API_KEY_USAGE.REQUEST_COUNT).cast(SQLDataType.BIGINT).as("requests");

  private final Database database;

  /** Needs a migrated database. */
  public UsageReports(DataSource dataSource) {
    database = new Database(dataSource);
  }

  /** Requests per day. */
  public SortedMap<LocalDate, Long> byDay(UsageScope scope, LocalDate from, LocalDate to) {
    return database.read(
        DOING, db -> new TreeMap<>(grouped(db, API_KEY_USAGE.USAGE_DATE, scope, from, to)));
  }

  /** Requests per month. */
  public SortedMap<YearMonth, Long> byMonth(UsageScope scope, LocalDate from, LocalDate to) {
    SortedMap<YearMonth, Long> months = new TreeMap<>();
    byDay(scope, from, to)
        .forEach((day, requests) -> months.merge(YearMonth.from(day), requests, Long::sum));
    return months;
  }

  /** Requests per key, the most used first. */
  public Map<UUID, Long> byKey(UsageScope scope, LocalDate from, LocalDate to) {
    return database.read(DOING, db -> grouped(db, API_KEY_USAGE.API_KEY_ID, scope, from, to));
  }

  private static <T> Map<T, Long> grouped(
      DSLContext db, Field<T> by, UsageScope scope, LocalDate from, LocalDate to) {
    Condition where = API_KEY_USAGE.USAGE_DATE.between(from, to);
    if (scope.keyId().isPresent()) {
      where = where.and(API_KEY_USAGE.API_KEY_ID.eq(scope.keyId().get()));
    }
    if (scope.userId().isPresent()) {
      where =
          where.and(
              API_KEY_USAGE.API_KEY_ID.in(
                  DSL.select(API_KEYS.ID)
                      .from(API_KEYS)
                      .where(API_KEYS.USER_ID.eq(scope.userId().get()))));
    }
    Map<T, Long> rows = new LinkedHashMap<>();
    db.select(by, REQUESTS)
        .from(API_KEY_USAGE)
        .where(where)
        .groupBy(by)
        .orderBy(REQUESTS.desc(), by)
        .forEach(row -> rows.put(row.value1(), row.value2()));
    return rows;
  }
}
