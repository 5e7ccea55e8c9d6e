package dev.gatewaydb.migrator.connect;

import dev.gatewaydb.migrator.error.UnreachableException;
import java.sql.SQLException;
import java.util.Optional;

/** Tells people why a connection wasn't made. For every way to connect, pools included. */
public final class ConnectFailure {
  /** How every message starts; troubleshooting guides are searched for it. */
  static final String START = "Failed to connect to database";

  private ConnectFailure() {}

  /**
   * Names hosts, database and user, the cause, and what to do; never the password.
   *
   * @param failure what the driver or a pool threw; becomes the cause
   * @param settings what it was thrown for
   */
  public static UnreachableException of(SQLException failure, DatabaseSettings settings) {
    return exception(failure, Optional.of(settings));
  }

  /** As {@link #of(SQLException, DatabaseSettings)}, where only a data source is known. */
  public static UnreachableException of(SQLException failure) {
    return exception(failure, Optional.empty());
  }

  /**
   * Whether the failure may pass by itself, as while a server starts: worth another try. A wrong
   * password or a missing database isn't.
   */
  public static boolean mayPass(SQLException failure) {
    return FailureClassifier.reasonOf(failure).mayPass();
  }

  private static UnreachableException exception(
      SQLException failure, Optional<DatabaseSettings> settings) {
    FailureReason reason = FailureClassifier.reasonOf(failure);
    Optional<Secret> password = settings.flatMap(DatabaseSettings::password);
    if (settings.isPresent() && password.isEmpty() && isAboutLogin(failure, reason)) {
      reason = FailureReason.NO_PASSWORD;
    }
    String said = FailureClassifier.detailOf(failure, reason);
    String detail = Text.line(password.map(secret -> secret.redactIn(said)).orElse(said));
    String message =
        START
            + settings.map(s -> " " + s.subject()).orElse("")
            + ": "
            + reason.text()
            + (detail.isEmpty() ? "" : " (" + detail + ")")
            + (settings.filter(s -> s.hosts().size() > 1).isPresent()
                ? "; all hosts were tried, this is the last one's answer"
                : "");
    return new UnreachableException(message, reason.nextStep(), withoutPassword(failure, password));
  }

  /** 08004 is the driver's own word, for a server that asked for a password and got none to use. */
  private static boolean isAboutLogin(SQLException failure, FailureReason reason) {
    return reason == FailureReason.WRONG_PASSWORD
        || (reason == FailureReason.OTHER && "08004".equals(failure.getSQLState()));
  }

  /** A server can say anything, also what it was sent: such a failure is not passed on. */
  private static SQLException withoutPassword(SQLException failure, Optional<Secret> password) {
    if (password.filter(secret -> FailureClassifier.anyTextHolds(failure, secret)).isEmpty()) {
      return failure;
    }
    return new SQLException("(the text is withheld: it holds the password)", failure.getSQLState());
  }
}
