package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.check.CheckFinding;
import dev.gatewaydb.migrator.check.CheckFinding.Level;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code gwdb check} found, for people, machines and GitHub.
 *
 * @param migrations empty when the files can't be read
 * @param since the git ref; empty for none
 * @param ran whether the migrations were tried
 */
record CheckOutput(
    Context context,
    Optional<MigrationSet> migrations,
    List<CheckFinding> findings,
    String since,
    boolean ran) {
  private static final int MOST_NAMED = 10;

  void text() {
    Console console = context.console();
    for (CheckFinding finding : findings) {
      String level =
          switch (finding.level()) {
            case ERROR -> console.bad("error");
            case WARNING -> console.doubtful("warning");
            case NOTE -> "note";
          };
      String line = finding.line() > 0 ? ":" + finding.line() : "";
      String place = finding.file().isEmpty() ? "" : shown(finding) + line + ": ";
      console.result("%s: %s%s".formatted(level, place, finding.message()));
      finding.detail().lines().forEach(detail -> console.result("  " + detail));
    }
    if (!simple().isEmpty()) {
      console.result(
          "%s: %s"
              .formatted(
                  Words.count(
                      simple().size(),
                      "can't be reverted",
                      "can't be reverted, having no down script"),
                  named(simple())));
    }
    console.result(summary());
  }

  private static String named(List<String> versions) {
    return versions.size() <= MOST_NAMED
        ? String.join(", ", versions)
        : "%s to %s".formatted(versions.get(0), versions.get(versions.size() - 1));
  }

  private String summary() {
    long errors = count(Level.ERROR);
    long warnings = count(Level.WARNING);
    String verdict =
        errors + warnings == 0
            ? "no problem found"
            : "%s, %s"
                .formatted(
                    Words.count(errors, "error", "errors"),
                    Words.count(warnings, "warning", "warnings"));
    return migrations.isEmpty()
        ? verdict + "; nothing else was looked at"
        : "%s, %d with a way back%s: %s"
            .formatted(
                Words.count(all().size(), "migration", "migrations"),
                all().size() - simple().size(),
                ran ? "" : ", not tried",
                verdict);
  }

  void json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("migrations", all().size());
    root.put("reversible", all().size() - simple().size());
    ArrayNode versions = root.putArray("simple");
    simple().forEach(versions::add);
    root.put("since", since.isEmpty() ? null : since);
    root.put("roundTrip", ran);
    root.put("errors", count(Level.ERROR));
    root.put("warnings", count(Level.WARNING));
    ArrayNode array = root.putArray("findings");
    for (CheckFinding finding : findings) {
      ObjectNode node = array.addObject();
      node.put("check", finding.check().label());
      node.put("level", finding.level().label());
      node.put("file", finding.file().isEmpty() ? null : shown(finding));
      node.put("line", finding.line() > 0 ? finding.line() : null);
      node.put("message", finding.message());
      node.put("detail", finding.detail().isEmpty() ? null : finding.detail());
      Differences.add(node.putArray("differences"), finding.differences());
    }
    context.console().json(root);
  }

  /** GitHub shows those whose file is named relative to the repository's root in its diff. */
  void github() {
    String workspace = context.surroundings().environment().getOrDefault("GITHUB_WORKSPACE", "");
    Path root = workspace.isEmpty() ? context.surroundings().directory() : Path.of(workspace);
    for (CheckFinding finding : findings) {
      context
          .console()
          .result(
              GithubAnnotation.of(
                  finding, finding.file().isEmpty() ? "" : relative(path(finding.file()), root)));
    }
    context.console().progress(summary());
  }

  private String shown(CheckFinding finding) {
    return relative(path(finding.file()), context.surroundings().directory());
  }

  private Path path(String file) {
    return context.migrationsFolder().map(folder -> folder.resolve(file)).orElse(Path.of(file));
  }

  private static String relative(Path file, Path base) {
    Path normal = file.normalize();
    return normal.startsWith(base.normalize())
        ? base.normalize().relativize(normal).toString()
        : normal.toString();
  }

  private List<Migration> all() {
    return migrations.map(MigrationSet::migrations).orElse(List.of());
  }

  private List<String> simple() {
    return all().stream().filter(m -> !m.reversible()).map(Migration::version).toList();
  }

  private long count(Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }
}
