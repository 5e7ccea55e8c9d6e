package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.MigrationFile;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.database.DatabaseType;
import org.flywaydb.core.internal.jdbc.JdbcTemplate;
import org.flywaydb.core.internal.jdbc.Results;
import org.flywaydb.core.internal.parser.ParsingContext;
import org.flywaydb.core.internal.sqlscript.ParserSqlScript;
import org.flywaydb.core.internal.sqlscript.SqlStatement;
import org.flywaydb.core.internal.sqlscript.SqlStatementIterator;
import org.flywaydb.database.postgresql.PostgreSQLDatabaseType;
import org.flywaydb.database.postgresql.PostgreSQLParser;
import org.jspecify.annotations.Nullable;

/** A file's statements, split by the parser that Flyway itself executes with. */
final class Script {
  private static final Pattern COMMENT = Pattern.compile("--[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);
  private static final Pattern TRANSACTION_CONTROL =
      Pattern.compile(
          "(?is)(?:BEGIN|START\\s+TRANSACTION|COMMIT|END|ABORT|ROLLBACK|PREPARE\\s+TRANSACTION)\\b.*");
  private static final Pattern ROLLBACK_TO =
      Pattern.compile("(?is)ROLLBACK(?:\\s+(?:WORK|TRANSACTION))?\\s+TO\\b.*");

  /** Without modes such as an isolation level, which a transaction has from its start. */
  private static final Pattern BEGIN =
      Pattern.compile("(?i)(?:BEGIN(?:\\s+(?:WORK|TRANSACTION))?|START\\s+TRANSACTION)");

  private static final Pattern COMMIT =
      Pattern.compile("(?i)(?:COMMIT|END)(?:\\s+(?:WORK|TRANSACTION))?");

  private static final DatabaseType DATABASE = new PostgreSQLDatabaseType();
  private static final Configuration CONFIGURATION =
      Flyway.configure(Script.class.getClassLoader()).placeholderReplacement(false);

  private final MigrationFile file;
  private final List<Part> parts;
  private final Optional<Part> begin;

  /** Leaves out the BEGIN and the COMMIT of a file that is one transaction by its own words. */
  private Script(MigrationFile file, List<Part> all) {
    this.file = file;
    List<Part> controls = all.stream().filter(Part::controlsTransactions).toList();
    boolean oneTransaction =
        controls.size() == 2
            && controls.get(0).isNothingBut(BEGIN)
            && controls.get(1).isNothingBut(COMMIT)
            && all.getLast().equals(controls.get(1));
    this.begin = oneTransaction ? Optional.of(controls.getFirst()) : Optional.empty();
    this.parts =
        oneTransaction ? all.stream().filter(part -> !controls.contains(part)).toList() : all;
  }

  /** One statement: where it starts (from 1), its text without the semicolon. */
  record Part(int line, String sql, SqlStatement parsed) {
    /** Without leading comments, for looking at its first words. */
    String bare() {
      return sql.substring(ScriptPosition.firstWord(sql));
    }

    /** SHA-256 of the text, in hex. */
    String hash() {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        return HexFormat.of().formatHex(digest.digest(sql.getBytes(StandardCharsets.UTF_8)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    boolean isForPsql() {
      return bare().startsWith("\\");
    }

    boolean controlsTransactions() {
      String text = bare();
      return TRANSACTION_CONTROL.matcher(text).matches() && !ROLLBACK_TO.matcher(text).matches();
    }

    private boolean isNothingBut(Pattern words) {
      return words.matcher(COMMENT.matcher(bare()).replaceAll(" ").strip()).matches();
    }

    /** The first words in upper case, for messages and for telling kinds apart. */
    String startsWithWords(int words) {
      String[] all = bare().strip().split("\\s+", words + 1);
      return String.join(" ", List.of(all).subList(0, Math.min(words, all.length)))
          .toUpperCase(Locale.ROOT);
    }
  }

  /** A file that has no settings. */
  static Script parse(MigrationFile file) {
    return parse(file, Optional.empty());
  }

  /** As the settings beside the file say. */
  static Script parse(MigrationFile file, MigrationSet migrations) {
    return parse(
        file,
        Optional.ofNullable(migrations.scriptSettings().get(file.path()))
            .map(text -> ServedResources.served(new MigrationFile(file.path() + ".conf", text))));
  }

  private static Script parse(MigrationFile file, Optional<LoadableResource> settings) {
    PostgreSQLParser parser = new PostgreSQLParser(CONFIGURATION, new ParsingContext());
    List<Part> parts = new ArrayList<>();
    try {
      ParserSqlScript parsed =
          new ParserSqlScript(parser, ServedResources.served(file), settings.orElse(null), true);
      try (SqlStatementIterator statements = parsed.getSqlStatements()) {
        while (statements.hasNext()) {
          SqlStatement statement = statements.next();
          parts.add(new Part(statement.getLineNumber(), statement.getSql(), statement));
        }
      }
    } catch (FlywayException e) {
      throw MigrationFailure.of(e, Optional.of(file.path()), true);
    }
    return new Script(file, parts);
  }

  MigrationFile file() {
    return file;
  }

  List<Part> parts() {
    return parts;
  }

  /**
   * The BEGIN of a script that ends with its COMMIT; {@link #parts()} leaves both out. What stands
   * before the BEGIN would have become part of that transaction too.
   */
  Optional<Part> begin() {
    return begin;
  }

  /**
   * Whether it runs outside a transaction: as it asks, or because nothing in it could run inside.
   *
   * @param asked by a first line or a setting
   */
  boolean runsOutside(boolean asked) {
    boolean nothingCould =
        !parts.isEmpty() && parts.stream().noneMatch(p -> p.parsed().canExecuteInTransaction());
    return begin.isEmpty() && (asked || nothingCould);
  }

  /**
   * What stops it from running at all, with its line.
   *
   * @param asked as for {@link #runsOutside}
   */
  List<String> faults(boolean asked) {
    List<String> faults = new ArrayList<>();
    first(Part::isForPsql)
        .ifPresent(
            p ->
                faults.add(
                    at(p, p.bare().split("\\s", 2)[0] + " is a command of psql; remove it")));
    first(Part::controlsTransactions).ifPresent(p -> faults.add(endsTransaction(p)));
    first(p -> !runsOutside(asked) && !p.parsed().canExecuteInTransaction())
        .ifPresent(
            p ->
                faults.add(
                    at(
                        p,
                        p.startsWithWords(2)
                            + " can't run in a transaction, and other statements of this file run"
                            + " in one")));
    return faults;
  }

  String endsTransaction(Part part) {
    return at(part, part.startsWithWords(2) + " would end the transaction that the script runs in");
  }

  private Optional<Part> first(Predicate<Part> condition) {
    return parts.stream().filter(condition).findFirst();
  }

  private String at(Part part, String what) {
    return "%s:%d: %s".formatted(file.path(), part.line(), what);
  }

  /** Runs every statement in turn; failures say which. */
  void execute(Connection connection, MigrationListener listener) {
    for (int number = 1; number <= parts.size(); number++) {
      Part part = parts.get(number - 1);
      listener.statement(number, parts.size(), part.line());
      try {
        execute(connection, part, listener);
      } catch (SQLException e) {
        throw MigrationFailure.rolledBack(file.path(), part.line(), part.sql(), e);
      }
    }
  }

  static void execute(Connection connection, Part part, MigrationListener listener)
      throws SQLException {
    JdbcTemplate template = new JdbcTemplate(connection, DATABASE);
    Results results = part.parsed().execute(template, null, CONFIGURATION);
    Notices.of(results, listener);
    @Nullable SQLException failure = results.getException();
    if (failure != null) {
      throw failure;
    }
  }
}
