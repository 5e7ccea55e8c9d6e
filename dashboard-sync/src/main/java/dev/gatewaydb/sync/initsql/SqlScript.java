package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An SQL file's statements, also of a file that was made for psql. */
final class SqlScript {
  private static final Pattern HARMLESS = Pattern.compile("\\\\(?:un)?restrict\\b.*|\\\\echo\\b.*");
  private static final Pattern COPY_DATA = Pattern.compile("(?is)COPY\\b.*\\bFROM\\s+STDIN\\b.*");

  /** What a scratch database doesn't contain; the server may be one that others use as well. */
  private static final Pattern BEYOND =
      Pattern.compile(
          "(?is)((?:CREATE|ALTER|DROP)\\s+(?:DATABASE|TABLESPACE)|ALTER\\s+SYSTEM"
              + "|COPY\\b.*\\b(?:FROM|TO)\\s+PROGRAM)\\b.*");

  private static final Pattern SETTING = Pattern.compile("(?is)SET\\s.*");

  private static final Pattern ROLE =
      Pattern.compile(
          "(?is)ALTER\\s.*\\sOWNER\\s+TO\\s+(\\S+)"
              + "|(?:GRANT|REVOKE)\\s.*\\s(?:TO|FROM)\\s+([^;]+?)(?:\\s+WITH\\s+GRANT\\s+OPTION)?(?:\\s+CASCADE)?");

  private static final Set<String> NO_ROLES =
      Set.of("PUBLIC", "CURRENT_USER", "SESSION_USER", "CURRENT_ROLE");

  /** undefined_object: what a setting of a newer PostgreSQL leads to. */
  private static final String UNDEFINED_OBJECT = "42704";

  private final List<Part> parts;

  private SqlScript(List<Part> parts) {
    this.parts = parts;
  }

  /** One statement: where its first word is, from 1, and its text without the semicolon. */
  record Part(int line, String sql) {}

  /** A statement of the file that failed. */
  static final class LoadException extends SQLException {
    private static final long serialVersionUID = 1;
    private final int line;

    LoadException(int line, SQLException cause) {
      super(cause.getMessage(), cause.getSQLState(), cause);
      this.line = line;
    }

    int line() {
      return line;
    }
  }

  /**
   * @throws ConfigurationException for commands of psql that do something, and for data
   */
  static SqlScript of(String text) {
    List<Part> parts = new ArrayList<>();
    for (SqlScanner.Piece piece : SqlScanner.split(text)) {
      if (piece.isCommand()) {
        if (!HARMLESS.matcher(piece.text()).matches()) {
          throw new ConfigurationException(
              "line %d: %s is a command of psql, and other programs can't load it"
                  .formatted(piece.line(), piece.text().split("\\s", 2)[0]),
              "Write it in SQL, or leave it out.");
        }
      } else if (COPY_DATA.matcher(piece.text()).matches()) {
        throw new ConfigurationException(
            "line %d: COPY … FROM stdin loads data; an init SQL file holds a schema alone"
                .formatted(piece.line()),
            "Dump with pg_dump --schema-only, or use INSERT for the few rows that are needed.");
      } else if (BEYOND.matcher(piece.text()).matches()) {
        throw new ConfigurationException(
            "line %d: %s … reaches beyond the database that the file is for"
                .formatted(piece.line(), firstWords(piece.text())),
            "Leave it out: an init SQL file holds one database's schema.");
      } else {
        parts.add(new Part(piece.line(), piece.text()));
      }
    }
    return new SqlScript(parts);
  }

  private static String firstWords(String sql) {
    return String.join(" ", List.of(sql.split("\\s+", 3)).subList(0, 2)).toUpperCase(Locale.ROOT);
  }

  List<Part> parts() {
    return parts;
  }

  /** The roles that dumps name as owners and in grants, quoted where SQL needs it. */
  Set<String> roles() {
    Set<String> roles = new TreeSet<>();
    for (Part part : parts) {
      Matcher named = ROLE.matcher(part.sql());
      if (named.matches()) {
        for (String role : named.group(named.group(1) != null ? 1 : 2).split(",\\s*", -1)) {
          if (!NO_ROLES.contains(role.toUpperCase(Locale.ROOT))) {
            roles.add(role);
          }
        }
      }
    }
    return roles;
  }

  /**
   * Runs all of it, as psql with ON_ERROR_STOP would.
   *
   * @throws LoadException for the first statement that fails
   */
  void run(Connection connection) throws SQLException {
    for (Part part : parts) {
      try (var statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        statement.execute(whole(part.sql()));
      } catch (SQLException e) {
        boolean unknownSetting =
            SETTING.matcher(part.sql()).matches() && UNDEFINED_OBJECT.equals(e.getSQLState());
        if (!unknownSetting) {
          throw new LoadException(part.line(), e);
        }
      }
    }
  }

  /** The driver would cut a body in SQL, or a rule's several commands, at their semicolons. */
  private static String whole(String sql) {
    return SqlScanner.hasInnerSemicolon(sql)
        ? "DO "
            + Sql.dollarQuoted("whole", "BEGIN EXECUTE " + Sql.dollarQuoted("sql", sql) + "; END")
        : sql;
  }
}
