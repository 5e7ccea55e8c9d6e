package dev.gatewaydb.cli;

import dev.gatewaydb.cli.config.FleetFile;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Many databases, in the order in which they are migrated.
 *
 * @param file where they are listed
 * @param databases the canary first
 * @param waveWidth how many of the others at once
 */
record Fleet(Path file, List<Database> databases, int waveWidth) {
  record Database(String name, DatabaseSettings settings) {}

  /**
   * @param waveWidth instead of the file's
   * @throws ConfigurationException with every fault of the file and of the variables it names
   */
  static Fleet read(Path path, Optional<Integer> waveWidth, DotEnv.Merged variables) {
    FleetFile file = FleetFile.read(path);
    List<String> faults = new ArrayList<>(variables.faults());
    faults.addAll(file.toml().faults());
    List<Database> databases = new ArrayList<>();
    for (FleetFile.Member member : file.canaryFirst()) {
      try {
        databases.add(new Database(member.name(), settings(member, variables.values())));
      } catch (ConfigurationException e) {
        e.faults().forEach(fault -> faults.add("%s: %s: %s".formatted(path, member.name(), fault)));
      }
    }
    for (int i = 0; i < databases.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (isSame(databases.get(i).settings(), databases.get(j).settings())) {
          faults.add(
              "%s: %s and %s are the same database"
                  .formatted(path, databases.get(j).name(), databases.get(i).name()));
        }
      }
    }
    waveWidth
        .filter(width -> width < 1 || width > FleetFile.WIDEST)
        .ifPresent(
            width ->
                faults.add("--wave-width %d is not 1 to %d".formatted(width, FleetFile.WIDEST)));
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "Correct these settings and try again.");
    }
    return new Fleet(path, databases, waveWidth.orElse(file.waveWidth()));
  }

  private static DatabaseSettings settings(FleetFile.Member member, Map<String, String> variables) {
    Map<String, String> own = new HashMap<>(variables);
    member.passwordVariable().ifPresent(name -> own.put("PGPASSWORD", value(name, variables)));
    return member.url().isPresent()
        ? DatabaseSettings.fromUri("url", member.url().get(), own)
        : DatabaseSettings.fromUri(
            member.urlVariable(), value(member.urlVariable(), variables), own);
  }

  private static String value(String variable, Map<String, String> variables) {
    return Optional.ofNullable(variables.get(variable))
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> new ConfigurationException(variable + " is not set", ""));
  }

  private static boolean isSame(DatabaseSettings one, DatabaseSettings other) {
    return one.hosts().equals(other.hosts()) && one.database().equals(other.database());
  }

  /** The canary alone, then the others, so many at once. */
  List<List<Database>> waves() {
    List<List<Database>> waves = new ArrayList<>();
    waves.add(databases.subList(0, 1));
    for (int from = 1; from < databases.size(); from += waveWidth) {
      waves.add(databases.subList(from, Math.min(from + waveWidth, databases.size())));
    }
    return waves;
  }
}
