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
  private static final Pattern LEADING_COMMENT =
      Pattern.compile("\\A(?:\\s+|--[^\\n]*(?:\\n|\\z)|/\\*(?s:.*?)\\*/)+");
  private static final Pattern TRANSACTION_CONTROL =
      Pattern.compile(
          "(?is)(?:BEGIN|START\\s+TRANSACTION|COMMIT|END|ABORT|ROLLBACK|PREPARE\\s+TRANSACTION)\\b.*");
  private static final Pattern ROLLBACK_TO =
      Pattern.compile("(?is)ROLLBACK(?:\\s+(?:WORK|TRANSACTION))?\\s+TO\\b.*");

  private static final DatabaseType DATABASE = new PostgreSQLDatabaseType();
  private static final Configuration CONFIGURATION =
      Flyway.configure(Script.class.getClassLoader()).placeholderReplacement(false);

  private final MigrationFile file;
  private final List<Part> parts;

  private Script(MigrationFile file, List<Part> parts) {
    this.file = file;
    this.parts = parts;
  }

  /** One statement: where it starts (from 1), its text without the semicolon. */
  record Part(int line, String sql, SqlStatement parsed) {
    /** Without leading comments, for looking at its first words. */
    String bare() {
      return LEADING_COMMENT.matcher(sql).replaceFirst("");
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

    boolean controlsTransactions() {
      String text = bare();
      return TRANSACTION_CONTROL.matcher(text).matches() && !ROLLBACK_TO.matcher(text).matches();
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

  /** A statement that would end the transaction that the script runs in. */
  Optional<Part> transactionControl() {
    return parts.stream().filter(Part::controlsTransactions).findFirst();
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
