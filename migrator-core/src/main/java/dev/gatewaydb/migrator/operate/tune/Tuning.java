package dev.gatewaydb.migrator.operate.tune;

import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** Compares a server's settings with what fits its machine. */
public final class Tuning {
  private static final Pattern VALUE = Pattern.compile("(-?[0-9.]+)\\s*([A-Za-z]*)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "",
          1L,
          "B",
          1L,
          "kB",
          1024L,
          "MB",
          1L << 20,
          "GB",
          1L << 30,
          "TB",
          1L << 40,
          "ms",
          1L,
          "s",
          1000L,
          "min",
          60_000L,
          "h",
          3_600_000L);
  private static final String NO_RIGHT = "42501";

  private final DataSource source;
  private final Machine machine;

  /** For the server behind a data source. */
  public Tuning(DataSource source, Machine machine) {
    this.source = source;
    this.machine = machine;
  }

  /**
   * Every setting that there is something to say about. Changes nothing.
   *
   * @throws dev.gatewaydb.migrator.error.UnreachableException when there is no connection
   */
  public List<TuningAdvice> advise() {
    return connected(this::advise);
  }

  /**
   * Sets what differs with ALTER SYSTEM, and reloads the configuration. Should one be refused,
   * those before it are taken back.
   *
   * @return what was set
   * @throws RefusedException when the role, or the provider, doesn't allow ALTER SYSTEM
   */
  public List<TuningAdvice> apply() {
    return connected(
        connection -> {
          List<TuningAdvice> differing =
              advise(connection).stream().filter(TuningAdvice::differs).toList();
          Map<String, String> before = alteredBefore(connection);
          List<TuningAdvice> done = new ArrayList<>();
          for (TuningAdvice advice : differing) {
            try {
              alter(connection, advice.name(), Optional.of(advice.recommended()));
              done.add(advice);
            } catch (SQLException e) {
              for (TuningAdvice undone : done) {
                alter(connection, undone.name(), Optional.ofNullable(before.get(undone.name())));
              }
              throw refused(advice, e);
            }
          }
          try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_reload_conf()");
          }
          return done;
        });
  }

  /** What ALTER SYSTEM had set earlier; everything else is undone by a RESET. */
  private static Map<String, String> alteredBefore(Connection connection) throws SQLException {
    Map<String, String> altered = new HashMap<>();
    String sql =
        """
        SELECT name, current_setting(name) FROM pg_settings WHERE sourcefile ~ 'postgresql\\.auto\\.conf$'
        """;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        altered.put(rows.getString(1), rows.getString(2));
      }
    }
    return altered;
  }

  private static RuntimeException refused(TuningAdvice advice, SQLException e) {
    return NO_RIGHT.equals(e.getSQLState())
        ? new RefusedException(
            "this role may not set %s: %s".formatted(advice.name(), e.getMessage()),
            "Connect as a superuser. Where a provider runs the server, set it in the provider's"
                + " parameters.",
            e)
        : new FailedException(
            "can't set %s to %s: %s".formatted(advice.name(), advice.recommended(), e.getMessage()),
            "Nothing was changed.",
            e);
  }

  private static void alter(Connection connection, String name, Optional<String> value)
      throws SQLException {
    // Both come from this package and from pg_settings, and neither holds a quote.
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          value
              .map(to -> "ALTER SYSTEM SET %s = '%s'".formatted(name, to.replace("'", "''")))
              .orElse("ALTER SYSTEM RESET " + name));
    }
  }

  private List<TuningAdvice> advise(Connection connection) throws SQLException {
    List<TuningAdvice> advice = new ArrayList<>();
    String sql =
        """
        SELECT current_setting(name), setting, coalesce(unit, ''), context FROM pg_settings WHERE name = ?
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Recommendations.Wanted wanted : Recommendations.of(machine)) {
        statement.setString(1, wanted.name());
        try (ResultSet row = statement.executeQuery()) {
          if (row.next()) {
            BigDecimal current = number(row.getString(2)).multiply(unit(row.getString(3)));
            boolean same = current.compareTo(number(wanted.value())) == 0;
            advice.add(
                new TuningAdvice(
                    wanted.name(),
                    row.getString(1),
                    wanted.value(),
                    !same,
                    row.getString(4).equals("postmaster"),
                    wanted.reason()));
          }
        }
      }
    }
    return advice;
  }

  /** {@code 8kB}: 8192. */
  private static BigDecimal unit(String unit) {
    return Character.isDigit((unit + " ").charAt(0)) ? number(unit) : number("1" + unit);
  }

  /** In bytes or milliseconds; off, which some settings write as -1, stays what it is. */
  private static BigDecimal number(String value) {
    Matcher matcher = VALUE.matcher(value);
    if (!matcher.matches() || !UNITS.containsKey(matcher.group(2))) {
      throw new IllegalArgumentException("not a setting's value: " + value);
    }
    return new BigDecimal(matcher.group(1))
        .multiply(BigDecimal.valueOf(UNITS.getOrDefault(matcher.group(2), 1L)));
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T connected(Work<T> work) {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(source);
        Connection connection = one.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new FailedException("the settings can't be read or set: " + e.getMessage(), "", e);
    }
  }
}
