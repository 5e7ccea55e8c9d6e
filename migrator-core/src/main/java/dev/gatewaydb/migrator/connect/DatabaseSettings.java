package dev.gatewaydb.migrator.connect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.HostSpec;

/**
 * Where a database is and how to log in to it, in libpq's terms. Immutable; printing one shows
 * {@link #displayUrl()}.
 */
public final class DatabaseSettings {
  private final List<HostPort> hosts;
  private final String database;
  private final String user;
  private final Optional<Secret> password;
  private final Map<Parameter, String> parameters;

  DatabaseSettings(
      List<HostPort> hosts,
      String database,
      String user,
      Optional<Secret> password,
      Map<Parameter, String> parameters) {
    if (hosts.isEmpty() || !isName(database) || !isName(user)) {
      throw new IllegalArgumentException("a host, a database and a user are needed");
    }
    this.hosts = List.copyOf(hosts);
    this.database = database;
    this.user = user;
    this.password = password;
    this.parameters = new EnumMap<>(Parameter.class);
    this.parameters.putAll(parameters);
  }

  static boolean isName(String text) {
    return !text.isEmpty() && Text.isPlain(text);
  }

  /**
   * A database on one server, with every other parameter at its default.
   *
   * @throws IllegalArgumentException when a name is empty or holds control characters
   */
  public static DatabaseSettings of(
      HostPort host, String database, String user, Optional<Secret> password) {
    return new DatabaseSettings(List.of(host), database, user, password, Map.of());
  }

  /**
   * The database that the variables name: {@code DATABASE_URL}, or without it {@code PGHOST} and
   * its siblings. {@link ConnectionSettings#from(Map)} reads the pool's settings as well.
   *
   * @param variables the environment as the caller merged it; empty values count as not set
   * @throws dev.gatewaydb.migrator.error.ConfigurationException with everything that is wrong
   */
  public static DatabaseSettings fromEnvironment(Map<String, String> variables) {
    return SettingsReader.required(
        Environment.of(variables), List.of(), SettingsReader::fromVariables);
  }

  /**
   * The database that a libpq connection URI names.
   *
   * @param source what the URI was given as, for messages: {@code --scratch}, {@code DATABASE_URL}
   * @param uri {@code postgres://user:password@host:port/database?parameter=value} or {@code
   *     postgresql://…}, with several hosts separated by commas if need be
   * @param variables where parts that the URI leaves out are looked for, as by libpq
   * @throws dev.gatewaydb.migrator.error.ConfigurationException with everything that is wrong; the
   *     URI's text is never in it
   */
  public static DatabaseSettings fromUri(String source, String uri, Map<String, String> variables) {
    return SettingsReader.required(
        Environment.of(variables), List.of(), reader -> reader.fromUri(source, uri));
  }

  /** The servers in the order they are tried; at least one. */
  public List<HostPort> hosts() {
    return hosts;
  }

  /** The database's name. */
  public String database() {
    return database;
  }

  /** The role that logs in. */
  public String user() {
    return user;
  }

  /** The password; empty for servers that ask for none. */
  public Optional<Secret> password() {
    return password;
  }

  /** libpq's {@code sslmode}; {@code prefer} unless set. */
  public String sslMode() {
    return parameter(Parameter.SSLMODE).orElse(isSystemTrust() ? "verify-full" : "prefer");
  }

  boolean isSystemTrust() {
    return parameter(Parameter.SSLROOTCERT).filter("system"::equals).isPresent();
  }

  Optional<String> parameter(Parameter parameter) {
    return Optional.ofNullable(parameters.get(parameter));
  }

  /** The same server and login with another database. */
  public DatabaseSettings withDatabase(String name) {
    return new DatabaseSettings(hosts, name, user, password, parameters);
  }

  /** The same server and database with another login. */
  public DatabaseSettings withLogin(String name, Optional<Secret> secret) {
    return new DatabaseSettings(hosts, database, name, secret, parameters);
  }

  /**
   * The same with only the server that this connection was made to, for others that have to reach
   * the same one of several hosts.
   *
   * @param connection made with these settings, or anything that unwraps to it
   * @throws SQLException when it is no connection of the driver's
   */
  public DatabaseSettings onServerOf(Connection connection) throws SQLException {
    HostSpec server = connection.unwrap(BaseConnection.class).getQueryExecutor().getHostSpec();
    return new DatabaseSettings(
        List.of(new HostPort(server.getHost(), server.getPort())),
        database,
        user,
        password,
        parameters);
  }

  /**
   * libpq's variables for PostgreSQL's own programs, <b>including the password in clear</b>: for
   * the environment of a child process that has no other variable starting with PG. A new map each
   * time.
   *
   * @throws dev.gatewaydb.migrator.error.ConfigurationException for {@code sslpassword}, which has
   *     no variable
   */
  public Map<String, String> clientVariables() {
    return ClientVariables.of(this);
  }

  /** The driver's URL: hosts and database alone. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + addresses(HostPort::toString) + "/" + Percent.encode(database);
  }

  /**
   * Everything else the driver needs, <b>including the password in clear</b>: hand it to the
   * driver, don't print it. A new object each time.
   */
  public Properties jdbcProperties() {
    return DriverProperties.of(this);
  }

  /** The URI with {@code ***} for passwords; for messages. */
  public String displayUrl() {
    return render(secret -> "***");
  }

  /**
   * The URI <b>with the passwords in clear</b>, as libpq and {@link #fromUri} read it. The one
   * place that shows them as text: for a person who asked for the URL of a local database, never
   * for a log.
   */
  public String uri() {
    return render(secret -> Percent.encode(secret.reveal()));
  }

  /** Opens a new connection each time, of which the caller closes every one; no pool. */
  public DataSource dataSource() {
    return new DirectDataSource(this);
  }

  /** {@code "gateway" at localhost:5432 as user "app"}: the subject of messages. */
  String subject() {
    return "\"" + database + "\" at " + addresses(HostPort::toString) + " as user \"" + user + "\"";
  }

  private String addresses(Function<HostPort, String> form) {
    return hosts.stream().map(form).collect(Collectors.joining(","));
  }

  private String render(Function<Secret, String> secretForm) {
    String query =
        parameters.entrySet().stream()
            .map(
                entry ->
                    entry.getKey().key()
                        + "="
                        + (entry.getKey() == Parameter.SSLPASSWORD
                            ? secretForm.apply(Secret.of(entry.getValue()))
                            : Percent.encode(entry.getValue()).replace("%2F", "/")))
            .collect(Collectors.joining("&"));
    return "postgres://"
        + Percent.encode(user)
        + password.map(secret -> ":" + secretForm.apply(secret)).orElse("")
        + "@"
        + addresses(HostPort::inUri)
        + "/"
        + Percent.encode(database)
        + (query.isEmpty() ? "" : "?" + query);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DatabaseSettings settings
        && hosts.equals(settings.hosts)
        && database.equals(settings.database)
        && user.equals(settings.user)
        && password.equals(settings.password)
        && parameters.equals(settings.parameters);
  }

  @Override
  public int hashCode() {
    return Objects.hash(hosts, database, user);
  }

  @Override
  public String toString() {
    return displayUrl();
  }
}
