package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.check.CheckFinding.Check;
import dev.gatewaydb.migrator.check.CheckFinding.Level;
import dev.gatewaydb.migrator.layout.MigrationFile;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A script's failure on a throw-away database as a finding, with its file and line. */
final class FailedScript {
  /** As failures of scripts begin. */
  private static final Pattern PLACE = Pattern.compile("(?s)(.+?\\.sql):(?:(\\d+):)? (.*)");

  private FailedScript() {}

  /**
   * @param file which script ran, where the failure doesn't say it
   * @param what goes before the failure's own words; empty for "fails: "
   * @param text the failure's message
   */
  static CheckFinding finding(
      Check check, String file, String what, String text, MigrationSet migrations) {
    Matcher place = PLACE.matcher(text);
    boolean known = place.matches() && isScript(place.group(1), migrations);
    String where = known ? place.group(1) : file;
    int line = known && place.group(2) != null ? Integer.parseInt(place.group(2)) : 0;
    String[] parts = (known ? place.group(3) : text).split("\n", 2);
    return new CheckFinding(
        check,
        Level.ERROR,
        where,
        line,
        (what.isEmpty() ? "fails: " : what) + parts[0],
        parts.length > 1 ? parts[1] + "\n" : "",
        List.of());
  }

  private static boolean isScript(String path, MigrationSet migrations) {
    return Stream.of(
            migrations.migrations().stream()
                .flatMap(m -> Stream.concat(Stream.of(m.up()), m.down().stream())),
            migrations.repeatables().stream(),
            migrations.callbacks().stream())
        .flatMap(files -> files)
        .map(MigrationFile::path)
        .anyMatch(path::equals);
  }
}
