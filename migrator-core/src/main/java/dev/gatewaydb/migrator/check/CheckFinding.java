package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.catalog.Difference;
import java.util.List;
import java.util.Locale;

/**
 * Something that is wrong, or worth knowing, about a migration.
 *
 * @param check what found it
 * @param level how bad it is
 * @param file the file it is about, relative to the migrations folder; empty for all of them
 * @param line in the file, from 1; 0 when it is about the whole file
 * @param message one line, without the file's name
 * @param detail more lines; empty when there is no more to say
 * @param differences of two schemas, where these are what is wrong
 */
public record CheckFinding(
    Check check,
    Level level,
    String file,
    int line,
    String message,
    String detail,
    List<Difference> differences) {
  /** What is looked at. */
  public enum Check {
    /** Names of files, and whether they can be read. */
    NAMES,
    /** Whether up and down scripts belong together. */
    PAIRS,
    /** Files that nobody runs. */
    FOREIGN,
    /** Whether released migrations are as they were. */
    UNCHANGED,
    /** Whether new migrations come after released ones. */
    ORDER,
    /** Whether scripts run. */
    RUN,
    /** Whether down scripts reverse up scripts. */
    ROUND_TRIP;

    /** Lower case with hyphens, as shown and in JSON. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** How bad it is. */
  public enum Level {
    /** For information. */
    NOTE,
    /** Probably a mistake. */
    WARNING,
    /** The check fails. */
    ERROR;

    /** Lower case, as shown and in JSON. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the list. */
  public CheckFinding {
    differences = List.copyOf(differences);
  }

  CheckFinding(Check check, Level level, String file, String message) {
    this(check, level, file, 0, message, "", List.of());
  }

  CheckFinding withDetail(String text) {
    return new CheckFinding(check, level, file, line, message, text, differences);
  }
}
