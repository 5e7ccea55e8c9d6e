package dev.gatewaydb.migrator.connect;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Puts settings together from a URI, variables and defaults, in this order, and checks them. */
final class SettingsReader {
  private static final Pattern SHOWABLE = Pattern.compile("[A-Za-z0-9_./-]{1,80}");
  private static final List<String> LOGIN_KEYS =
      List.of("host", "port", "user", "password", "dbname", "passfile");

  private final Environment env;
  private final Faults faults;

  SettingsReader(Environment env, Faults faults) {
    this.env = env;
    this.faults = faults;
  }

  /** Runs one reading to its end or to an exception with every fault. */
  static DatabaseSettings required(
      Environment env,
      List<String> earlier,
      Function<SettingsReader, Optional<DatabaseSettings>> reading) {
    Faults faults = new Faults(earlier);
    Optional<DatabaseSettings> settings = reading.apply(new SettingsReader(env, faults));
    faults.throwIfAny();
    return settings.orElseThrow();
  }

  /** Empty when a fault was found. */
  Optional<DatabaseSettings> fromVariables() {
    Optional<String> url = env.get("DATABASE_URL");
    if (url.isPresent()) {
      return fromUri("DATABASE_URL", url.get());
    }
    Unsupported.variables(env, false, faults);
    if (Stream.of("PGHOST", "PGDATABASE", "PGUSER").allMatch(name -> env.get(name).isEmpty())) {
      faults.databaseMissing();
      return Optional.empty();
    }
    return resolve("", UriParts.NONE);
  }

  /** Empty when a fault was found. */
  Optional<DatabaseSettings> fromUri(String source, String uri) {
    Unsupported.variables(env, true, faults);
    Optional<UriParts> parts = UriParser.parse(source, uri, faults);
    if (parts.isEmpty()) {
      parameters("", UriParts.NONE); // For the faults of the variables: all are reported together.
      return Optional.empty();
    }
    return resolve(source, parts.get());
  }

  private Optional<DatabaseSettings> resolve(String source, UriParts parts) {
    int before = faults.count();
    List<HostPort> hosts = new Addresses(env, source, faults).resolve(parts);
    String user =
        name(source, "user", "PGUSER", parts, parts.user()).orElse(Text.line(env.osUser()));
    if (user.isEmpty() || user.equals("?")) {
      faults.add("no user is given, and the operating system names none: set PGUSER");
    }
    String database = name(source, "dbname", "PGDATABASE", parts, parts.database()).orElse(user);
    Map<Parameter, String> parameters = parameters(source, parts);
    Optional<Secret> password = password(parts, hosts, new PassFile.Login(database, user));
    if (faults.count() > before) {
      return Optional.empty();
    }
    return Optional.of(new DatabaseSettings(hosts, database, user, password, parameters));
  }

  private Optional<String> name(
      String source, String key, String variable, UriParts parts, String inPath) {
    String given = parts.query().getOrDefault(key, inPath);
    boolean fromUri = !given.isEmpty();
    Optional<String> value = fromUri ? Optional.of(given) : env.get(variable);
    String origin = fromUri ? source + ": the " + key : variable;
    value.ifPresent(text -> checkName(origin, text));
    return value.filter(DatabaseSettings::isName);
  }

  private void checkName(String origin, String text) {
    if (!Text.isPlain(text)) {
      faults.add(origin + " holds control or unreadable characters");
    } else if (text.contains("://")) {
      faults.add(origin + " holds a URL; give a URL as DATABASE_URL");
    }
  }

  private Map<Parameter, String> parameters(String source, UriParts parts) {
    Map<Parameter, String> values = new EnumMap<>(Parameter.class);
    boolean showable =
        Collections.disjoint(parts.query().keySet(), List.of("password", "sslpassword"));
    for (Parameter parameter : Parameter.values()) {
      boolean overridden = parts.query().containsKey(parameter.key());
      Optional<String> value =
          overridden || parameter.variable().isEmpty()
              ? Optional.empty()
              : env.get(parameter.variable());
      value.ifPresent(text -> accept(parameter, parameter.variable(), text, true, values));
    }
    parts
        .query()
        .forEach(
            (key, value) -> {
              Optional<Parameter> known = Parameter.of(key);
              if (known.isPresent()) {
                accept(known.get(), source + ": " + key, value, showable, values);
              } else if (key.equals("ssl") && value.equals("true")) {
                // libpq takes this one from JDBC URLs.
                values.putIfAbsent(Parameter.SSLMODE, "require");
              } else if (!LOGIN_KEYS.contains(key)) {
                faults.add(source + ": " + unknown(key, showable));
              }
            });
    new TlsRules(faults).check(values);
    return values;
  }

  private void accept(
      Parameter parameter,
      String origin,
      String value,
      boolean showable,
      Map<Parameter, String> values) {
    if (value.isEmpty()) {
      return; // As in libpq: an empty value is the default.
    }
    boolean shown =
        showable && parameter != Parameter.SSLPASSWORD && SHOWABLE.matcher(value).matches();
    parameter
        .faultOf(value)
        .ifPresentOrElse(
            fault -> faults.add(origin + (shown ? " \"" + value + "\" " : " ") + fault),
            () -> values.put(parameter, value));
  }

  /** In a URI with a password among its parameters, an odd name may be a piece of the password. */
  private static String unknown(String key, boolean showable) {
    Optional<String> unsupported = Unsupported.parameter(key);
    if (unsupported.isPresent()) {
      return unsupported.get();
    }
    String shown = showable && SHOWABLE.matcher(key).matches() ? " \"" + key + "\"" : "";
    List<String> known =
        Stream.concat(LOGIN_KEYS.stream(), Stream.of(Parameter.values()).map(Parameter::key))
            .toList();
    return "the parameter"
        + shown
        + " is unknown to libpq"
        + Text.nearest(key, known).map(near -> "; did you mean " + near + "?").orElse("");
  }

  private Optional<Secret> password(UriParts parts, List<HostPort> hosts, PassFile.Login login) {
    String inQuery = parts.query().getOrDefault("password", "");
    Optional<Secret> given = inQuery.isEmpty() ? parts.password() : Optional.of(Secret.of(inQuery));
    if (given.isPresent()) {
      return given;
    }
    Optional<String> variable =
        Optional.ofNullable(env.variables().get("PGPASSWORD")).filter(text -> !text.isEmpty());
    if (variable.isPresent()) {
      if (variable.get().indexOf('\0') >= 0 || variable.get().indexOf('\uFFFD') >= 0) {
        faults.add(
            "PGPASSWORD holds characters that this locale can't decode; use DATABASE_URL with"
                + " percent-encoding, or a UTF-8 locale");
        return Optional.empty();
      }
      return variable.map(Secret::of);
    }
    Optional<String> named =
        Optional.of(parts.query().getOrDefault("passfile", ""))
            .filter(text -> !text.isEmpty())
            .or(() -> env.get("PGPASSFILE"));
    return PassFile.password(named, env.home(), hosts, login, faults);
  }
}
