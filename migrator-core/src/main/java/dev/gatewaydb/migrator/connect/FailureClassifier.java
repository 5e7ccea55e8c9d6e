package dev.gatewaydb.migrator.connect;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.InvalidKeyException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.spec.InvalidKeySpecException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** From exceptions and SQLSTATEs to reasons. */
final class FailureClassifier {
  private FailureClassifier() {}

  static FailureReason reasonOf(SQLException failure) {
    List<Throwable> chain = chain(failure);
    List<Throwable> inwards = chain.reversed();
    // The innermost cause says most: a certificate's fault is wrapped by TLS, that by I/O.
    FailureReason reason =
        first(chain, FailureClassifier::byState)
            .or(() -> first(inwards, FailureClassifier::byType))
            .or(() -> first(chain, FailureClassifier::byDriverText))
            .orElse(isPoolTimeout(failure) ? FailureReason.POOL_EXHAUSTED : FailureReason.OTHER);
    // What goes wrong on the network is 08001 to the driver; with 08006 it was a file.
    return reason == FailureReason.NOT_POSTGRES && "08006".equals(failure.getSQLState())
        ? FailureReason.CLIENT_KEY
        : reason;
  }

  private static Optional<FailureReason> first(
      List<Throwable> chain, Function<Throwable, FailureReason> classifier) {
    return chain.stream()
        .map(classifier)
        .filter(reason -> reason != FailureReason.OTHER)
        .findFirst();
  }

  private static boolean isPoolTimeout(SQLException failure) {
    return failure instanceof SQLTransientConnectionException && failure.getCause() == null;
  }

  private static FailureReason byState(Throwable link) {
    String state = link instanceof SQLException failure ? failure.getSQLState() : null;
    if (state == null) {
      return FailureReason.OTHER;
    }
    return switch (state) {
      case "28P01" -> FailureReason.WRONG_PASSWORD;
      case "28000" -> FailureReason.NOT_ALLOWED;
      case "3D000" -> FailureReason.NO_DATABASE;
      case "42501" -> FailureReason.NO_RIGHT;
      case "53300" -> FailureReason.TOO_MANY;
      case "57P01", "57P02", "57P03" -> FailureReason.STARTING;
      case "08P01" ->
          says(link, "An error occurred while setting up the GSS Encoded connection.")
              ? FailureReason.OTHER
              : FailureReason.NOT_POSTGRES;
      default -> FailureReason.OTHER;
    };
  }

  private static FailureReason byType(Throwable link) {
    return switch (link) {
      case UnknownHostException e -> FailureReason.UNKNOWN_HOST;
      case NoRouteToHostException e -> FailureReason.UNREACHABLE_HOST;
      case ConnectException e -> FailureReason.REFUSED;
      case SocketTimeoutException e -> FailureReason.TIMEOUT;
      case CertificateException e -> FailureReason.CERTIFICATE;
      case CertPathValidatorException e -> FailureReason.CERTIFICATE;
      case SSLException e -> FailureReason.TLS;
      case InvalidKeySpecException e -> FailureReason.CLIENT_KEY;
      case InvalidKeyException e -> FailureReason.CLIENT_KEY;
      // The one file read while connecting by default: ~/.postgresql/root.crt.
      case FileNotFoundException e -> FailureReason.CERTIFICATE;
      case EOFException e -> FailureReason.CUT_OFF;
      case SocketException e -> FailureReason.CUT_OFF;
      case IOException e -> FailureReason.NOT_POSTGRES;
      default -> FailureReason.OTHER;
    };
  }

  /** What the driver tells apart by nothing but its text, which it translates: so do we. */
  private static FailureReason byDriverText(Throwable link) {
    if (says(link, "Connection attempt timed out.")) {
      return FailureReason.TIMEOUT;
    }
    if (says(link, "The server does not support SSL.")) {
      return FailureReason.NO_TLS;
    }
    if (Stream.of("primary", "secondary", "preferSecondary")
        .anyMatch(
            kind ->
                says(link, "Could not find a server with specified targetServerType: {0}", kind))) {
      return FailureReason.NO_SUCH_KIND;
    }
    return String.valueOf(link.getMessage()).contains("PgjdbcHostnameVerifier")
        ? FailureReason.CERTIFICATE
        : FailureReason.OTHER;
  }

  private static boolean says(Throwable link, String text, Object... values) {
    return GT.tr(text, values).equals(link.getMessage());
  }

  /** What was said beyond the reason; unchecked text, perhaps from a hostile server. */
  static String detailOf(SQLException failure, FailureReason reason) {
    return switch (reason) {
      case NOT_ALLOWED,
          NO_PASSWORD,
          NO_RIGHT,
          STARTING,
          TOO_MANY,
          OTHER,
          TLS,
          CERTIFICATE,
          POOL_EXHAUSTED ->
          innermostText(failure);
      default -> "";
    };
  }

  private static String innermostText(SQLException failure) {
    String text = "";
    for (Throwable link : chain(failure)) {
      ServerErrorMessage server =
          link instanceof PSQLException driver ? driver.getServerErrorMessage() : null;
      if (server != null) {
        return String.valueOf(server.getMessage());
      }
      text = link.getMessage() == null ? text : link.getMessage();
    }
    return text;
  }

  static boolean anyTextHolds(SQLException failure, Secret secret) {
    return chain(failure).stream().anyMatch(link -> secret.isIn(String.valueOf(link.getMessage())));
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable link = failure;
    while (link != null && seen.add(link)) {
      chain.add(link);
      link = link.getCause();
    }
    return chain;
  }
}
