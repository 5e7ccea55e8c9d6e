package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.adopt.ForeignHistory;
import dev.gatewaydb.migrator.adopt.Tool;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which of our migrations another tool has applied. */
final class Adopting {
  private final MigrationSet migrations;
  private final MigrationStatus status;

  Adopting(MigrationSet migrations, MigrationStatus status) {
    this.migrations = migrations;
    this.status = status;
  }

  /**
   * The table to take over.
   *
   * @param table its name, with or without its schema; empty for the only one
   * @throws RefusedException when there is none, or more than one
   */
  static ForeignHistory choose(
      List<ForeignHistory> found, Optional<Tool> from, Optional<String> table) {
    List<ForeignHistory> fitting =
        found.stream()
            .filter(h -> from.isEmpty() || from.get() == h.tool())
            .filter(h -> table.isEmpty() || h.isCalled(table.get()))
            .toList();
    if (fitting.size() > 1) {
      throw new RefusedException(
          "several tools have migrated this database: " + named(fitting),
          "Say whose history counts, with --from, or with --table where one tool has several.",
          null);
    }
    if (fitting.isEmpty()) {
      throw new RefusedException(
          "there is no table of %s%s here"
                  .formatted(
                      from.map(Tool::label).orElse("another migration tool"),
                      table.map(name -> " called " + name).orElse(""))
              + (found.isEmpty() ? "" : "; found " + named(found)),
          "It is looked for along the search_path. Without one, 'gwdb baseline' starts a history.",
          null);
    }
    return fitting.getFirst();
  }

  private static String named(List<ForeignHistory> histories) {
    return histories.stream()
        .map(h -> "%s (%s)".formatted(h.table(), h.tool().label()))
        .collect(Collectors.joining(", "));
  }

  /**
   * @param acceptChecksums whether files may differ from those that sqlx has applied
   */
  AdoptPlan plan(ForeignHistory source, boolean acceptChecksums) {
    requireFinished(source);
    List<Migration> applied = applied(source);
    if (!acceptChecksums) {
      requireSameFiles(source);
    }
    Set<String> known = new HashSet<>();
    Set<String> after = new HashSet<>();
    for (MigrationStatus.Entry entry : status.entries()) {
      // Also what was reverted since: the other tool's table doesn't know of that.
      entry.version().filter(v -> !isUnknown(entry.state())).ifPresent(known::add);
      if (MigrationStatus.isApplied(entry.state())
          || entry.state() == MigrationState.BELOW_BASELINE) {
        entry.version().ifPresent(after::add);
      }
    }
    List<Migration> toAdopt = new ArrayList<>();
    List<String> taken = new ArrayList<>();
    for (Migration migration : applied) {
      if (known.contains(migration.version())) {
        taken.add(migration.version());
      } else {
        toAdopt.add(migration);
        after.add(migration.version());
      }
    }
    return new AdoptPlan(source, toAdopt, taken, after);
  }

  private static void requireFinished(ForeignHistory source) {
    List<String> unfinished =
        source.rows().stream().filter(r -> !r.finished()).map(ForeignHistory.Row::version).toList();
    if (unfinished.isEmpty()) {
      return;
    }
    String versions = String.join(", ", unfinished);
    boolean sqlx = source.tool() == Tool.SQLX;
    throw new RefusedException(
        sqlx
            ? "sqlx started migration %s and didn't finish it (success = false in %s)"
                .formatted(versions, source.table())
            : "golang-migrate left version %s dirty in %s: it failed in the middle"
                .formatted(versions, source.table()),
        sqlx
            ? "Undo by hand what it has done and delete its row, or finish it and set success to true."
            : "Undo by hand what it has done, then 'migrate force' the previous good version"
                + " (or finish it, and force its own).",
        null);
  }

  private List<Migration> applied(ForeignHistory source) {
    List<Migration> applied = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (ForeignHistory.Row row : source.rows()) {
      find(migrations, source, row).ifPresentOrElse(applied::add, () -> missing.add(row.version()));
    }
    if (!missing.isEmpty()) {
      throw new RefusedException(
          "%s calls versions applied whose files are not here: %s"
              .formatted(source.table(), String.join(", ", missing)),
          "Restore the files from version control; is this the right migrations folder?",
          null);
    }
    if (source.tool() == Tool.GOLANG_MIGRATE && !applied.isEmpty()) {
      return migrations.upTo(applied.getLast().version()).migrations();
    }
    return migrations.migrations().stream().filter(applied::contains).toList();
  }

  private void requireSameFiles(ForeignHistory source) {
    List<String> edited = new ArrayList<>();
    for (ForeignHistory.Row row : source.rows()) {
      Migration migration = find(migrations, source, row).orElseThrow();
      if (!row.sha384().map(migration.up().sha384()::equals).orElse(true)) {
        edited.add(migration.up().path());
      }
    }
    if (!edited.isEmpty()) {
      throw new RefusedException(
          "%s was applied from other files than these (SHA-384): %s"
              .formatted(source.table(), String.join(", ", edited)),
          "Restore them as they were applied, line endings included; or, where they were rewritten on"
              + " purpose, --accept-checksums leaves the proof to the comparison of the schemas.",
          null);
    }
  }

  /** Whether our history says nothing at all; what was reverted is in it, too. */
  static boolean isUnknown(MigrationStatus status) {
    return status.entries().stream().allMatch(entry -> isUnknown(entry.state()));
  }

  /** Whether our history says nothing of a migration. */
  static boolean isUnknown(MigrationState state) {
    return switch (state) {
      case PENDING, LATE, INTERRUPTED -> true;
      default -> false;
    };
  }

  /** Whether another tool has applied any of these migrations. */
  static boolean isOf(ForeignHistory history, MigrationSet migrations) {
    return history.rows().stream().anyMatch(row -> find(migrations, history, row).isPresent());
  }

  /**
   * What a row is about. Rack Gateway's kind of table has the version; others who keep the same two
   * columns write the whole name there, with its ending or without.
   */
  private static Optional<Migration> find(
      MigrationSet migrations, ForeignHistory history, ForeignHistory.Row row) {
    Optional<Migration> byVersion = migrations.find(row.version());
    return byVersion.isPresent() || history.tool() != Tool.RACK
        ? byVersion
        : migrations.migrations().stream()
            .filter(
                m ->
                    m.up().path().equals(row.version())
                        || m.up().path().equals(row.version() + ".sql"))
            .findFirst();
  }

  /** The other tool's rows by the version that we call theirs. */
  static Map<String, ForeignHistory.Row> byVersion(
      ForeignHistory history, MigrationSet migrations) {
    Map<String, ForeignHistory.Row> rows = new HashMap<>();
    for (ForeignHistory.Row row : history.rows()) {
      find(migrations, history, row).ifPresent(m -> rows.put(m.version(), row));
    }
    return rows;
  }

  /**
   * Refuses to run again what another tool has run: without IF NOT EXISTS it would fail in the
   * middle, with it things would silently stay as they are.
   */
  static void requireNotForeign(List<ForeignHistory> found, MigrationSet migrations) {
    for (ForeignHistory history : found) {
      if (isOf(history, migrations)) {
        throw new RefusedException(
            "%s says that %s has applied these migrations already"
                .formatted(history.table(), history.tool().label()),
            "'gwdb adopt' takes its history over without running anything."
                + (history.hasUsualName()
                    ? ""
                    : " Where it is another project's, give this one a schema of its own:"
                        + " migrations.history_schema in gwdb.toml."),
            null);
      }
    }
  }
}
