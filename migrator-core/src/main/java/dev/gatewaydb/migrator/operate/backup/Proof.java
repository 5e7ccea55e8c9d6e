package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.connect.ServerVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Compares a restored database with what the manifest says of the one that was backed up. */
final class Proof {
  private static final int SHOWN = 20;

  private final BackupManifest manifest;
  private final MigratorOptions options;

  Proof(BackupManifest manifest, MigratorOptions options) {
    this.manifest = manifest;
    this.options = options;
  }

  /**
   * What differs, one line each.
   *
   * @param notes is told what wasn't compared
   */
  List<String> compare(Connection connection, List<String> notes) throws SQLException {
    Contents contents = new Contents(connection);
    List<String> findings = new ArrayList<>();
    if (manifest.table().isPresent()) {
      for (String table : manifest.rows().keySet()) {
        compareRows(table, contents.count(table), findings);
      }
      return findings;
    }
    if (!contents.appliedVersions(options).equals(manifest.appliedVersions())) {
      findings.add("the history of migrations is another one");
    }
    Map<String, Long> rows = contents.rows(table -> {});
    for (String table : union(rows.keySet(), manifest.rows().keySet())) {
      compareRows(table, rows.getOrDefault(table, -1L), findings);
    }
    compareObjects(contents.objects(), ServerVersion.of(connection), findings, notes);
    return findings.size() <= SHOWN
        ? findings
        : more(findings.subList(0, SHOWN), findings.size() - SHOWN);
  }

  private static List<String> more(List<String> shown, int count) {
    List<String> all = new ArrayList<>(shown);
    all.add("and %d more".formatted(count));
    return all;
  }

  private void compareRows(String table, long rows, List<String> findings) {
    long expected = manifest.rows().getOrDefault(table, -1L);
    if (rows == expected) {
      return;
    }
    findings.add(
        rows < 0
            ? "table %s is missing".formatted(table)
            : expected < 0
                ? "table %s was not in the database".formatted(table)
                : "table %s has %d rows, and had %d".formatted(table, rows, expected));
  }

  private void compareObjects(
      Map<String, String> objects,
      ServerVersion server,
      List<String> findings,
      List<String> notes) {
    boolean sameWords = server.major() == BackupManifest.major(manifest.serverVersion());
    if (!sameWords) {
      notes.add(
          "the backup is of PostgreSQL %s, this server is %s: that every object is there was compared,"
                  .formatted(manifest.serverVersion(), server)
              + " not its definition");
    }
    for (String object : union(objects.keySet(), manifest.objects().keySet())) {
      String is = objects.getOrDefault(object, "");
      String was = manifest.objects().getOrDefault(object, "");
      if (manifest.rows().containsKey(object.replaceFirst("^table ", "")) && is.isEmpty()) {
        continue; // Said of its rows already.
      }
      if (is.isEmpty()) {
        findings.add(object + " is missing");
      } else if (was.isEmpty()) {
        findings.add(object + " was not in the database");
      } else if (sameWords && !is.equals(was)) {
        findings.add(object + " is not defined as it was");
      }
    }
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new TreeSet<>(one);
    all.addAll(other);
    return all;
  }
}
