package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.MigrationFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A prerequisites file, read: the extensions that it creates, and its other statements. */
record PrerequisitesScript(MigrationFile file, List<Step> steps) {
  static final PrerequisitesScript EMPTY =
      new PrerequisitesScript(new MigrationFile("", ""), List.of());

  private static final String GAP = "(?:\\s|--[^\\n]*+\\n|/\\*(?s:.*?)\\*/)";
  private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_$]*+)";
  private static final String STRING = "'(?:[^']|'')*+'";

  private static final Pattern CREATE =
      Pattern.compile("(?i)CREATE" + GAP + "+EXTENSION\\b(?s:.*)");

  /** As in PostgreSQL's grammar, CreateExtensionStmt. */
  private static final Pattern CREATE_EXTENSION =
      Pattern.compile(
          "(?i)CREATE%1$s+EXTENSION(?:%1$s+IF%1$s+NOT%1$s+EXISTS)?%1$s*+(?<name>%2$s)(?:%1$s+WITH\\b)?(?:%1$s*(?:SCHEMA%1$s*%2$s|VERSION%1$s*(?<version>%2$s|%3$s)|CASCADE\\b))*+%1$s*+"
              .formatted(GAP, NAME, STRING));

  /** A statement; with the extension that it creates, if it creates one. */
  record Step(Script.Part part, Optional<Wanted> extension) {
    /** For messages; never more than the first words, since a literal may be secret. */
    String words() {
      return extension.map(e -> "CREATE EXTENSION " + e.name()).orElse(part.startsWithWords(2));
    }
  }

  record Wanted(String name, Optional<String> version) {}

  /**
   * @throws ConfigurationException naming every statement that can't be part of such a file
   */
  static PrerequisitesScript read(MigrationFile file) {
    List<Step> steps = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (Script.Part part : Script.parse(file).parts()) {
      Optional<Wanted> extension = Optional.empty();
      String bare = part.bare();
      if (part.isForPsql()) {
        String command = part.startsWithWords(1).toLowerCase(Locale.ROOT);
        faults.add(
            "%s:%d: %s is a command of psql's; only SQL works here"
                .formatted(file.path(), part.line(), command));
      } else if (part.controlsTransactions()) {
        faults.add(fault(file, part, "would end the transaction that the file runs in"));
      } else if (!part.parsed().canExecuteInTransaction()) {
        faults.add(fault(file, part, "can't run in a transaction, and the file runs in one"));
      } else if (CREATE.matcher(bare).matches()) {
        extension = wanted(bare);
        if (extension.isEmpty()) {
          String reason =
              "can't be read: after the name come SCHEMA, VERSION and CASCADE; a name with a hyphen"
                  + " needs double quotes";
          faults.add(fault(file, part, reason));
        }
      }
      steps.add(new Step(part, extension));
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "Correct the file; nothing was run.");
    }
    return new PrerequisitesScript(file, List.copyOf(steps));
  }

  private static String fault(MigrationFile file, Script.Part part, String reason) {
    return "%s:%d: %s: %s".formatted(file.path(), part.line(), part.startsWithWords(2), reason);
  }

  private static Optional<Wanted> wanted(String statement) {
    Matcher match = CREATE_EXTENSION.matcher(statement);
    return match.matches()
        ? Optional.of(
            new Wanted(
                unquoted(match.group("name")),
                Optional.ofNullable(match.group("version")).map(PrerequisitesScript::unquoted)))
        : Optional.empty();
  }

  /** An identifier or a string as PostgreSQL understands it. */
  private static String unquoted(String word) {
    char first = word.charAt(0);
    if (first != '"' && first != '\'') {
      return word.toLowerCase(Locale.ROOT);
    }
    String quote = String.valueOf(first);
    return word.substring(1, word.length() - 1).replace(quote + quote, quote);
  }

  /** The extensions that it creates, each once. */
  List<Wanted> extensions() {
    return steps.stream().flatMap(s -> s.extension().stream()).distinct().toList();
  }

  /** What can't be checked. */
  List<String> others() {
    return steps.stream()
        .filter(s -> s.extension().isEmpty())
        .map(s -> "line %d: %s".formatted(s.part().line(), s.words()))
        .toList();
  }
}
