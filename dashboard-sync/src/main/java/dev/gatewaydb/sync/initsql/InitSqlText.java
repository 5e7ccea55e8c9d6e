package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** Writes the file. The same input always gives the same bytes. */
final class InitSqlText {
  /** An arbitrary number of our own, which no other program locks. */
  private static final long LOCK = 0x67776462_696e6974L;

  private static final Pattern ABOUT_ROLES =
      Pattern.compile("(?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) .*|ALTER .* OWNER TO \\S+");

  private static final String START =
      """
      -- Loading it again changes nothing. An object that is there with another shape stops it, and nothing is changed.
      BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
      SET LOCAL client_encoding = 'UTF8';
      SET LOCAL client_min_messages = warning;
      SET LOCAL standard_conforming_strings = on;
      SET LOCAL check_function_bodies = off;
      SET LOCAL search_path = '';
      SET LOCAL row_security = off;
      SET LOCAL statement_timeout = 0;
      SET LOCAL default_tablespace = '';
      SET LOCAL default_table_access_method = heap;
      SET LOCAL quote_all_identifiers = off;
      SET LOCAL datestyle = 'ISO, YMD';
      SET LOCAL intervalstyle = postgres;
      SET LOCAL timezone = 'UTC';
      SET LOCAL extra_float_digits = 3;
      SET LOCAL bytea_output = hex;
      SET LOCAL xmloption = content;
      SET LOCAL transform_null_equals = off;
      """;

  private InitSqlText() {}

  /** All but the header. */
  static String body(SchemaSnapshot snapshot, SchemaSnapshot original, List<ConditionalKey> keys) {
    StringBuilder text = new StringBuilder(START);
    text.append(
        "\n-- One after the other, however many sessions load it at once.\n"
            + "DO $gwdb$ BEGIN PERFORM pg_advisory_xact_lock(%d); END $gwdb$;\n".formatted(LOCK));
    text.append(
        "\n-- What is there already must look as it would look if this file had made it.\n");
    text.append("DO ")
        .append(Sql.dollarQuoted("gwdb", "\n" + new ShapeCheck(snapshot, original, keys).block()))
        .append(";\n");
    for (Step step : CreationPlan.of(snapshot)) {
      text.append("\n-- ").append(title(step)).append('\n').append(block(step));
    }
    for (ConditionalKey key : keys) {
      text.append("\n-- ").append(oneLine(key.constraint().id() + ", where that table is there"));
      text.append("\nDO ")
          .append(
              Sql.dollarQuoted(
                  "gwdb", "\n" + key.block(ShapeCheck.guard(key.constraint().id())) + "\n"))
          .append(";\n");
    }
    return text.append("\nCOMMIT;\n").toString();
  }

  private static String title(Step step) {
    String part = step.id().part();
    return oneLine(step.id().object() + (part.isEmpty() ? "" : ": " + part));
  }

  /** A name may have line ends in it, which would end the comment. */
  private static String oneLine(String text) {
    return text.replaceAll("\\R", " ");
  }

  private static String block(Step step) {
    StringBuilder text = new StringBuilder("\nBEGIN\nIF ");
    text.append(step.guard()).append(" THEN\n");
    for (String sql : step.sql()) {
      String execute = "EXECUTE " + Sql.dollarQuoted("sql", sql) + ";\n";
      if (ABOUT_ROLES.matcher(sql).matches()) {
        text.append("BEGIN\n")
            .append(execute)
            .append("EXCEPTION WHEN undefined_object OR insufficient_privilege THEN\n")
            .append("RAISE WARNING '%: %', ")
            .append(Sql.literal(step.id().object().toString()))
            .append(", SQLERRM;\nEND;\n");
      } else {
        text.append(execute);
      }
    }
    text.append("END IF;\nEND\n");
    return "DO " + Sql.dollarQuoted("gwdb", text.toString()) + ";\n";
  }

  static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
