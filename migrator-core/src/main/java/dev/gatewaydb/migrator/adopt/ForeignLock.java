package dev.gatewaydb.migrator.adopt;

import dev.gatewaydb.migrator.error.RefusedException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Keeps the other tool from migrating until the end of the transaction. */
final class ForeignLock {
  /** sqlx-postgres, migrate.rs: generate_lock_id. */
  private static final long SQLX_FACTOR = 0x3d32ad9eL;

  /** golang-migrate, database/util.go: advisoryLockIDSalt. */
  private static final long GOLANG_FACTOR = 1486364155L;

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private ForeignLock() {}

  /**
   * Takes the lock that the tool takes, and locks its table, since sqlx's command takes none.
   *
   * @throws RefusedException when the tool is at work
   */
  static void take(Connection connection, ForeignHistory history) throws SQLException {
    Optional<Long> key = key(history, database(connection));
    if (key.isPresent() && !tryLock(connection, key.get())) {
      throw busy(history, null);
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE %s IN SHARE MODE NOWAIT".formatted(history.quotedTable()));
    } catch (SQLException e) {
      if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
        throw busy(history, e);
      }
      throw e;
    }
  }

  private static RefusedException busy(ForeignHistory history, @Nullable Exception cause) {
    return new RefusedException(
        "%s is migrating this database right now".formatted(history.tool().label()),
        "Wait until it is done, and run this again.",
        cause);
  }

  /** Rack Gateway's migrator takes none. */
  static Optional<Long> key(ForeignHistory history, String database) {
    return switch (history.tool()) {
      case SQLX -> Optional.of(SQLX_FACTOR * crc32(database));
      case GOLANG_MIGRATE -> {
        String names = String.join("\0", history.schema(), history.name(), database);
        yield Optional.of((crc32(names) * GOLANG_FACTOR) & 0xFFFFFFFFL);
      }
      case RACK -> Optional.empty();
    };
  }

  private static long crc32(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return crc.getValue();
  }

  private static String database(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_database()")) {
      row.next();
      return row.getString(1);
    }
  }

  private static boolean tryLock(Connection connection, long key) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
      statement.setLong(1, key);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
