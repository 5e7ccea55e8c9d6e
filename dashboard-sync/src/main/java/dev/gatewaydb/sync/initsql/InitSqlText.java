package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
      SET LOCAL search_path = {path};
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
    String path = operatorPath(snapshot);
    StringBuilder text = new StringBuilder(START.replace("{path}", path));
    text.append(
        "\n-- One after the other, however many sessions load it at once.\n"
            + "DO $gwdb$ BEGIN PERFORM pg_advisory_xact_lock(%d); END $gwdb$;\n".formatted(LOCK));
    text.append(
        "\n-- What is there already must look as it would look if this file had made it.\n");
    text.append("DO ")
        .append(
            Sql.dollarQuoted("gwdb", "\n" + new ShapeCheck(snapshot, original, keys).block(path)))
        .append(";\n");
    boolean data = false;
    for (Step step : CreationPlan.of(snapshot)) {
      if (step.phase() == Phase.DATA && !data) {
        text.append("\n-- Queries call functions, whose bodies may lack schema names.\n");
        text.append("SET LOCAL search_path = %s;\n".formatted(everySchema(snapshot)));
        data = true;
      }
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

  /**
   * Every name in the file is qualified, but for one thing: IS DISTINCT FROM, NULLIF, IN, CASE and
   * JOIN … USING look for an operator {@code =} and have no place for its schema. Without this they
   * would silently compare citext as text, for example.
   */
  private static String operatorPath(SchemaSnapshot snapshot) {
    Set<String> schemas = new TreeSet<>();
    for (CatalogObject object : snapshot.objects()) {
      switch (object.id().kind()) {
        case EXTENSION -> object.property("schema").ifPresent(schemas::add);
        case OPERATOR -> schemas.add(object.schema());
        default -> {
          // Brings no operators.
        }
      }
    }
    return schemas.isEmpty() ? "''" : String.join(", ", schemas);
  }

  private static String everySchema(SchemaSnapshot snapshot) {
    return Stream.concat(
            Stream.of("public"),
            snapshot.objects().stream()
                .filter(object -> object.id().kind() == ObjectKind.SCHEMA)
                .map(CatalogObject::simpleName))
        .distinct()
        .collect(Collectors.joining(", "));
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
      String tolerated = tolerated(sql);
      text.append(
          tolerated.isEmpty()
              ? execute
              : "BEGIN\n%sEXCEPTION WHEN %s THEN\nRAISE WARNING '%%: %%', %s, SQLERRM;\nEND;\n"
                  .formatted(execute, tolerated, Sql.literal(step.id().object().toString())));
    }
    text.append("END IF;\nEND\n");
    return "DO " + Sql.dollarQuoted("gwdb", text.toString()) + ";\n";
  }

  /**
   * What is worth a warning and no more: roles are another server's, and data is not the schema.
   */
  private static String tolerated(String sql) {
    if (ABOUT_ROLES.matcher(sql).matches()) {
      return "undefined_object OR insufficient_privilege";
    }
    return sql.startsWith("REFRESH ") ? "OTHERS" : "";
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
