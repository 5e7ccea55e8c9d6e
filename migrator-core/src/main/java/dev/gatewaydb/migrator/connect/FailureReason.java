package dev.gatewaydb.migrator.connect;

/** Why a connection wasn't made: what to call it, what to do, and whether waiting can help. */
enum FailureReason {
  REFUSED(
      "connection refused",
      "Check that the server runs and listens on this host and port (pg_isready, listen_addresses).",
      true),
  UNKNOWN_HOST("unknown host", "Check the host's spelling and the DNS.", true),
  UNREACHABLE_HOST("no route to the host", "Check the network, the VPN and the firewall.", true),
  TIMEOUT(
      "timed out",
      "Check host, port and firewall; connect_timeout in DATABASE_URL sets the limit in seconds.",
      true),
  CUT_OFF(
      "the connection was cut off during log-in",
      "Check that a PostgreSQL server listens on this port, and look into its log.",
      true),
  NOT_POSTGRES(
      "what answers does not speak PostgreSQL's protocol",
      "Check host and port: another service may listen there.",
      false),
  WRONG_PASSWORD(
      "password authentication failed",
      "Check user and password; in a URL, special characters are percent-encoded (@ is %40).",
      false),
  NO_PASSWORD(
      "the server asks for a password and none is set",
      "Put it into DATABASE_URL, PGPASSWORD or a password file (~/.pgpass).",
      false),
  NOT_ALLOWED(
      "the server does not let this user in from here",
      "Check the user's name, and pg_hba.conf on the server; it may want TLS (sslmode=require).",
      false),
  NO_DATABASE("the database does not exist", "Create it (createdb), or correct its name.", false),
  NO_RIGHT(
      "the user may not connect to this database",
      "GRANT CONNECT ON DATABASE … TO the user.",
      false),
  TOO_MANY(
      "the server has too many connections",
      "Close some, lower DB_MAX_OPEN_CONNS, or raise max_connections.",
      true),
  STARTING("the server is starting up or shutting down", "Try again in a moment.", true),
  POOL_EXHAUSTED(
      "no connection of the pool became free in time",
      "Raise DB_MAX_OPEN_CONNS, or look for connections that are never closed.",
      true),
  NO_TLS(
      "the server does not offer TLS",
      "Switch ssl on at the server, or allow plain text with sslmode=prefer.",
      false),
  CERTIFICATE(
      "the server's certificate could not be verified",
      "Name its authority with sslrootcert=<file> or sslrootcert=system; with verify-full the host"
          + " must be one that the certificate names.",
      false),
  CLIENT_KEY(
      "the client certificate's key can't be read",
      "Convert it for the Java driver: openssl pkcs8 -topk8 -outform DER -in client.key -out"
          + " client.pk8 (with -nocrypt, or with the passphrase in sslpassword), and name that as"
          + " sslkey.",
      false),
  TLS("TLS could not be established", "Check sslmode, and the server's TLS settings.", false),
  NO_SUCH_KIND(
      "no host is of the kind that target_session_attrs asks for",
      "Wait for a failover to end, or ask for any.",
      true),
  OTHER(
      "the connection attempt failed", "Check DATABASE_URL, and look into the server's log.", true);

  private final String text;
  private final String nextStep;
  private final boolean mayPass;

  FailureReason(String text, String nextStep, boolean mayPass) {
    this.text = text;
    this.nextStep = nextStep;
    this.mayPass = mayPass;
  }

  String text() {
    return text;
  }

  String nextStep() {
    return nextStep;
  }

  boolean mayPass() {
    return mayPass;
  }
}
