package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.Event;

/** Reads V, U and R files, SQL callbacks and script settings from a folder. */
final class FlywayLayout {
  private static final Set<String> CALLBACKS =
      Arrays.stream(Event.values()).map(Event::getId).collect(Collectors.toUnmodifiableSet());

  private final Path folder;
  private final List<String> faults = new ArrayList<>();
  private final List<String> ignored = new ArrayList<>();
  private final List<MigrationFile> repeatables = new ArrayList<>();
  private final List<MigrationFile> callbacks = new ArrayList<>();
  private final Map<String, String> settings = new HashMap<>();
  private final Map<MigrationVersion, MigrationFile> ups = new TreeMap<>();
  private final Map<MigrationVersion, MigrationFile> downs = new TreeMap<>();
  private final Map<MigrationVersion, String> descriptions = new TreeMap<>();

  FlywayLayout(Path folder) {
    this.folder = folder;
  }

  MigrationSet read() {
    if (!Files.isDirectory(folder)) {
      throw new ConfigurationException(
          "migrations folder " + folder + " is not there",
          "Create it, or name the right one in gwdb.toml.");
    }
    files().forEach(this::take);
    settings.keySet().stream()
        .filter(script -> ups.values().stream().noneMatch(up -> up.path().equals(script)))
        .filter(script -> downs.values().stream().noneMatch(d -> d.path().equals(script)))
        .filter(script -> repeatables.stream().noneMatch(r -> r.path().equals(script)))
        .forEach(script -> ignored.add(script + ".conf"));
    downs.forEach(
        (version, down) -> {
          if (!ups.containsKey(version)) {
            faults.add(down.path() + ": no V file with version " + version);
          }
        });
    if (!faults.isEmpty()) {
      throw new ConfigurationException(
          faults.stream().map(f -> "migrations folder " + folder + ": " + f).toList(),
          "Mend or rename these files; nothing was run.");
    }
    List<Migration> migrations =
        ups.entrySet().stream().map(e -> migration(e.getKey(), e.getValue())).toList();
    ignored.sort(null);
    return new MigrationSet(migrations, repeatables, callbacks, settings, ignored);
  }

  private Migration migration(MigrationVersion version, MigrationFile up) {
    return new Migration(
        version.getVersion(),
        descriptions.getOrDefault(version, ""),
        up,
        Optional.ofNullable(downs.get(version)));
  }

  private List<Path> files() {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new ConfigurationException(
          "migrations folder " + folder + " can't be read: " + e.getMessage(),
          "Check its permissions.");
    }
  }

  private void take(Path file) {
    String path = folder.relativize(file).toString().replace('\\', '/');
    String name = path.substring(path.lastIndexOf('/') + 1);
    Optional<FlywayName> parsed = FlywayName.parse(name);
    if (parsed.isPresent()) {
      text(file, path).ifPresent(text -> place(parsed.get(), new MigrationFile(path, text)));
    } else if (name.endsWith(".sql") && CALLBACKS.contains(callbackEvent(name))) {
      text(file, path).ifPresent(text -> callbacks.add(new MigrationFile(path, text)));
    } else if (name.endsWith(".sql.conf")) {
      String script = path.substring(0, path.length() - ".conf".length());
      text(file, path).ifPresent(text -> settings.put(script, text));
    } else if (FlywayName.looksLikeMigration(name)) {
      faults.add(path + ": name must look like V20260220100000__what_it_does.sql");
    } else {
      ignored.add(path);
    }
  }

  private void place(FlywayName name, MigrationFile file) {
    switch (name.kind()) {
      case REPEATABLE -> repeatables.add(file);
      case UP -> {
        putOnce(ups, name, file);
        descriptions.put(MigrationVersion.fromVersion(name.version()), name.description());
      }
      case DOWN -> putOnce(downs, name, file);
    }
    if (name.kind() != FlywayName.Kind.DOWN
        && file.text().startsWith(MigrationSet.NO_TRANSACTION)) {
      settings.putIfAbsent(file.path(), "executeInTransaction=false\n");
    }
  }

  private void putOnce(
      Map<MigrationVersion, MigrationFile> files, FlywayName name, MigrationFile file) {
    MigrationFile other = files.putIfAbsent(MigrationVersion.fromVersion(name.version()), file);
    if (other != null) {
      faults.add(file.path() + ": version " + name.version() + " is taken by " + other.path());
    }
  }

  private static String callbackEvent(String fileName) {
    String stem = fileName.substring(0, fileName.length() - ".sql".length());
    int description = stem.indexOf("__");
    return description < 0 ? stem : stem.substring(0, description);
  }

  private Optional<String> text(Path file, String path) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
      return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (CharacterCodingException e) {
      faults.add(path + ": not UTF-8");
    } catch (IOException e) {
      faults.add(path + ": can't be read: " + e.getMessage());
    }
    return Optional.empty();
  }
}
