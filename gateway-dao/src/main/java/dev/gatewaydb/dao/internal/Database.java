package dev.gatewaydb.dao.internal;

import dev.gatewaydb.dao.DatabaseException;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/** jOOQ on the caller's data source, whose failures come out as ours. */
public final class Database {
  private static final int MOST_TRIES = 5;
  // Of deadlocks and serialization failures the server says: try again.
  private static final Set<String> TRY_AGAIN = Set.of("40001", "40P01");

  // Logging would show bound values.
  private static final Settings QUIET = new Settings().withExecuteLogging(false);

  private final DSLContext jooq;

  /** Takes a migrated database. */
  public Database(DataSource dataSource) {
    jooq = DSL.using(dataSource, SQLDialect.POSTGRES, QUIET);
  }

  /** A statement of its own. */
  public <T> T read(String doing, Function<DSLContext, T> work) {
    return translated(doing, () -> work.apply(jooq));
  }

  /** All or nothing; what deadlocks is tried again from its beginning, a few times. */
  public <T> T transaction(String doing, Function<DSLContext, T> work) {
    for (int tries = 1; ; tries++) {
      try {
        return translated(doing, () -> jooq.transactionResult(t -> work.apply(DSL.using(t))));
      } catch (DatabaseException e) {
        if (tries == MOST_TRIES || !TRY_AGAIN.contains(e.sqlState().orElse(""))) {
          throw e;
        }
      }
    }
  }

  private interface Work<T> {
    T run();
  }

  private static <T> T translated(String doing, Work<T> work) {
    try {
      return work.run();
    } catch (DataAccessException e) {
      SQLException failure = e.getCause(SQLException.class);
      throw DatabaseException.of(
          doing, failure != null ? failure : new SQLException(e.getMessage(), e));
    }
  }
}
