package dev.gatewaydb.dao;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/** The database can't be reached or refused; what was begun is rolled back. */
public final class DatabaseException extends DaoException {
  private final SQLException failure;

  private DatabaseException(String message, String nextStep, SQLException failure) {
    super(message, nextStep, failure);
    this.failure = failure;
  }

  /**
   * Says what was going on when the driver or a pool failed.
   *
   * @param doing as in {@code "can't create the key"}
   * @param failure becomes the cause
   */
  public static DatabaseException of(String doing, SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    String nextStep =
        switch (state) {
          case "42P01", "42703" ->
              "Bring the schema up to date: gwdb migrate. (A project with migrations of its own has not the"
                  + " gateway's tables.)";
          case "42501" -> "GRANT the role what docs/keys.md or docs/secrets.md lists.";
          case "25006" -> "This server is read-only: connect to the primary.";
          default -> "";
        };
    String said = String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
    return new DatabaseException(doing + ": " + said, nextStep, failure);
  }

  /** The driver's or the pool's own exception. */
  public SQLException failure() {
    return failure;
  }

  /** PostgreSQL's error code, five characters; empty where a pool or the driver gave none. */
  public Optional<String> sqlState() {
    return Optional.ofNullable(failure.getSQLState());
  }

  /** Whether the connection failed, rather than what was sent over it. */
  public boolean isUnreachable() {
    return isUnreachable(failure);
  }

  /** Classes 08 and 57P and 53300 of PostgreSQL's error codes, and a pool without a connection. */
  static boolean isUnreachable(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    return failure instanceof SQLTransientConnectionException
        || state.startsWith("08")
        || state.startsWith("57P")
        || state.startsWith("28")
        || state.equals("3D000")
        || state.equals("53300");
  }
}
