package dev.gatewaydb.migrator.layout;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Event;

/** Reads V, U and R files, SQL callbacks and script settings from a folder. */
final class FlywayLayout {
  private static final Set<String> CALLBACKS =
      Arrays.stream(Event.values()).map(Event::getId).collect(Collectors.toUnmodifiableSet());

  private final FolderFiles files;
  private final List<MigrationFile> repeatables = new ArrayList<>();
  private final List<MigrationFile> callbacks = new ArrayList<>();
  private final Map<String, String> settings = new HashMap<>();
  private final Map<MigrationVersion, MigrationFile> ups = new TreeMap<>();
  private final Map<MigrationVersion, MigrationFile> downs = new TreeMap<>();
  private final Map<MigrationVersion, String> descriptions = new TreeMap<>();

  FlywayLayout(Path folder) {
    this.files = new FolderFiles(folder, name -> FlywayName.parse(name).isPresent());
  }

  MigrationSet read() {
    files.paths().forEach(this::take);
    settings.keySet().stream()
        .filter(script -> ups.values().stream().noneMatch(up -> up.path().equals(script)))
        .filter(script -> downs.values().stream().noneMatch(d -> d.path().equals(script)))
        .filter(script -> repeatables.stream().noneMatch(r -> r.path().equals(script)))
        .forEach(script -> files.ignore(script + ".conf"));
    faultsOfDuplicates(repeatables, "repeatable migration");
    faultsOfDuplicates(callbacks, "callback");
    downs.forEach(
        (version, down) -> {
          if (!ups.containsKey(version)) {
            files.fault(down.path(), "no V file with version " + version);
          }
        });
    files.requireSound();
    List<Migration> migrations =
        ups.entrySet().stream().map(e -> migration(e.getKey(), e.getValue())).toList();
    return new MigrationSet(
        Layout.FLYWAY, migrations, repeatables, callbacks, settings, files.ignored());
  }

  private Migration migration(MigrationVersion version, MigrationFile up) {
    return new Migration(
        version.getVersion(),
        descriptions.getOrDefault(version, ""),
        up,
        Optional.ofNullable(downs.get(version)));
  }

  /** Flyway tells these by their name alone, whatever the sub-folder. */
  private void faultsOfDuplicates(List<MigrationFile> found, String kind) {
    Map<String, MigrationFile> byName = new HashMap<>();
    for (MigrationFile file : found) {
      MigrationFile other = byName.putIfAbsent(file.name(), file);
      if (other != null) {
        files.fault(file.path(), other.path() + " is the same " + kind);
      }
    }
  }

  private void take(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    Optional<FlywayName> parsed = FlywayName.parse(name);
    if (parsed.isPresent()) {
      files.readSql(path).ifPresent(file -> place(parsed.get(), file));
    } else if (isCallback(name)) {
      files.readSql(path).ifPresent(callbacks::add);
    } else if (name.endsWith(".sql.conf")) {
      String script = path.substring(0, path.length() - ".conf".length());
      files.read(path).ifPresent(file -> takeSettings(script, file.text()));
    } else if (FlywayName.looksLikeMigration(name)) {
      files.fault(path, "name must look like " + FlywayName.corrected(name));
    } else {
      files.ignore(path);
    }
  }

  private void takeSettings(String script, String text) {
    Properties conf = new Properties();
    try {
      conf.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      files.fault(script + ".conf", "can't be read: " + e.getMessage());
      return;
    }
    String key = "executeInTransaction";
    String inTransaction = conf.getProperty(key, "true").strip();
    if (!inTransaction.equals("true") && !inTransaction.equals("false")) {
      files.fault(
          script + ".conf", "%s is %s; it must be true or false".formatted(key, inTransaction));
    }
    String firstLine = settings.get(script);
    if (firstLine != null && conf.containsKey(key) && inTransaction.equals("true")) {
      files.fault(script + ".conf", "contradicts the script's first line, -- no-transaction");
    }
    settings.put(script, firstLine == null ? text : text + "\n" + firstLine);
  }

  private void place(FlywayName name, MigrationFile file) {
    switch (name.kind()) {
      case REPEATABLE -> {
        files.requireContent(file);
        repeatables.add(file);
      }
      case UP -> {
        files.requireContent(file);
        putOnce(ups, name, file);
        descriptions.put(MigrationVersion.fromVersion(name.version()), name.description());
      }
      case DOWN -> putOnce(downs, name, file);
    }
    if (name.kind() != FlywayName.Kind.DOWN && MigrationSet.asksForNoTransaction(file)) {
      settings.merge(
          file.path(), MigrationSet.OUT_OF_TRANSACTION, (conf, line) -> conf + "\n" + line);
    }
  }

  private void putOnce(
      Map<MigrationVersion, MigrationFile> found, FlywayName name, MigrationFile file) {
    MigrationFile other = found.putIfAbsent(MigrationVersion.fromVersion(name.version()), file);
    if (other != null) {
      files.fault(file.path(), "version " + name.version() + " is taken by " + other.path());
    }
  }

  static boolean isCallback(String fileName) {
    if (!fileName.endsWith(".sql")) {
      return false;
    }
    String stem = fileName.substring(0, fileName.length() - ".sql".length());
    int description = stem.indexOf("__");
    return CALLBACKS.contains(description < 0 ? stem : stem.substring(0, description));
  }
}
