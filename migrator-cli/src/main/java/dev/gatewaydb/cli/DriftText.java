package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.catalog.Difference;
import dev.gatewaydb.migrator.catalog.Difference.Change;
import dev.gatewaydb.migrator.check.DriftReport;
import java.util.ArrayList;
import java.util.List;

/** How a live database differs from its migrations, for people. */
final class DriftText {
  private static final String MIGRATIONS = "migrations";
  private static final String DATABASE = "database";

  private DriftText() {}

  static void print(DriftReport report, Console console) {
    for (Difference difference : report.drift()) {
      console.result(painted(difference, MIGRATIONS, DATABASE, console));
    }
    for (Difference difference : report.harmless()) {
      console.progress(
          "no drift: " + difference.toText(MIGRATIONS, DATABASE).stripTrailing().substring(2));
    }
    report.notes().forEach(console::warning);
    String what =
        report
            .version()
            .map(version -> "the migrations at version " + version)
            .orElse("an empty schema: no migration is applied");
    if (report.drift().isEmpty()) {
      console.result("no drift: the database is like %s%s".formatted(what, leftOut(report)));
      return;
    }
    console.result(
        "%n%s from %s: %s%s"
            .formatted(
                Words.count(report.drift().size(), "difference", "differences"),
                what,
                counts(report.drift()),
                leftOut(report)));
  }

  /** With its sign in the colour of its severity, and both sides by their names. */
  static String painted(
      Difference difference, String expectedName, String actualName, Console console) {
    String text = difference.toText(expectedName, actualName).stripTrailing();
    String sign = text.substring(0, 1);
    return switch (difference.severity()) {
      case BREAKING -> console.bad(sign) + text.substring(1);
      case NOTABLE, COSMETIC -> console.doubtful(sign) + text.substring(1);
    };
  }

  private static String counts(List<Difference> drift) {
    List<String> words = new ArrayList<>();
    for (Change change : Change.values()) {
      long count = drift.stream().filter(d -> d.change() == change).count();
      if (count > 0) {
        words.add(
            switch (change) {
              case MISSING -> count + " missing in the database";
              case EXTRA -> count + " extra there";
              case CHANGED -> count + " changed";
            });
      }
    }
    return String.join(", ", words);
  }

  private static String leftOut(DriftReport report) {
    List<String> words = new ArrayList<>();
    if (report.ignored() > 0) {
      words.add(report.ignored() + " ignored");
    }
    if (!report.external().isEmpty()) {
      words.add(Words.count(report.external().size(), "object of others", "objects of others"));
    }
    return words.isEmpty() ? "" : " (" + String.join(", ", words) + ")";
  }
}
