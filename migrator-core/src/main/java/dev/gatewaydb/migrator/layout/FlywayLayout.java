package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
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

  private static final String OUT_OF_TRANSACTION = "executeInTransaction=false\n";

  private final Path folder;
  private Path root;
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
    this.root = folder;
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
    faultsOfDuplicates(repeatables, "repeatable migration");
    faultsOfDuplicates(callbacks, "callback");
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

  /** Flyway tells these by their name alone, whatever the sub-folder. */
  private void faultsOfDuplicates(List<MigrationFile> files, String kind) {
    Map<String, MigrationFile> byName = new HashMap<>();
    for (MigrationFile file : files) {
      MigrationFile other = byName.putIfAbsent(file.name(), file);
      if (other != null) {
        faults.add(file.path() + ": " + other.path() + " is the same " + kind);
      }
    }
  }

  /** Regular files, sorted; hidden folders, such as version control's, are not looked into. */
  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    try {
      // A link that stands for the whole folder is followed; links in it are looked at one by one.
      root = folder.toRealPath();
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(
                Path directory, BasicFileAttributes attributes) {
              return visitFolder(directory);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isSymbolicLink()) {
                faultOfLink(file).ifPresent(fault -> faults.add(relative(file) + ": " + fault));
              }
              if (Files.isRegularFile(file)) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              faults.add(relative(file) + ": can't be read: " + reason(e));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new ConfigurationException(
          "migrations folder " + folder + " can't be read: " + reason(e), "Check its permissions.");
    }
    files.sort(null);
    return files;
  }

  private FileVisitResult visitFolder(Path directory) {
    String path = relative(directory);
    if (path.isEmpty()) {
      return FileVisitResult.CONTINUE;
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (name.startsWith(".")) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (FlywayName.parse(name).isPresent()) {
      faults.add(path + ": is a folder");
    }
    return FileVisitResult.CONTINUE;
  }

  /**
   * What a link leads to can change without the folder changing: only links inside it are sound.
   */
  private Optional<String> faultOfLink(Path link) {
    try {
      Path target = link.toRealPath();
      if (Files.isDirectory(target)) {
        return relative(link).startsWith(".")
            ? Optional.empty()
            : Optional.of("is a link to a folder; put the files here");
      }
      return target.startsWith(root)
          ? Optional.empty()
          : Optional.of("is a link that leads out of the folder; put the file here");
    } catch (IOException e) {
      return Optional.of("is a link that leads nowhere");
    }
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }

  private String relative(Path file) {
    return file.startsWith(root) ? root.relativize(file).toString().replace('\\', '/') : "" + file;
  }

  private void take(Path file) {
    String path = relative(file);
    String name = path.substring(path.lastIndexOf('/') + 1);
    Optional<FlywayName> parsed = FlywayName.parse(name);
    if (parsed.isPresent()) {
      text(file, path).ifPresent(text -> place(parsed.get(), new MigrationFile(path, text)));
    } else if (name.endsWith(".sql") && CALLBACKS.contains(callbackEvent(name))) {
      text(file, path).ifPresent(text -> callbacks.add(new MigrationFile(path, text)));
    } else if (name.endsWith(".sql.conf")) {
      String script = path.substring(0, path.length() - ".conf".length());
      text(file, path).ifPresent(text -> takeSettings(script, text));
    } else if (FlywayName.looksLikeMigration(name)) {
      faults.add(path + ": name must look like V20260220100000__what_it_does.sql");
    } else {
      ignored.add(path);
    }
  }

  private void takeSettings(String script, String text) {
    Properties conf = new Properties();
    try {
      conf.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      faults.add(script + ".conf: can't be read: " + e.getMessage());
      return;
    }
    String key = "executeInTransaction";
    String inTransaction = conf.getProperty(key, "true").strip();
    if (!inTransaction.equals("true") && !inTransaction.equals("false")) {
      faults.add(
          "%s.conf: %s is %s; it must be true or false".formatted(script, key, inTransaction));
    }
    String firstLine = settings.get(script);
    if (firstLine != null && conf.containsKey(key) && inTransaction.equals("true")) {
      faults.add(script + ".conf: contradicts the script's first line, -- no-transaction");
    }
    settings.put(script, firstLine == null ? text : text + "\n" + firstLine);
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
      settings.merge(file.path(), OUT_OF_TRANSACTION, (conf, line) -> conf + "\n" + line);
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
      faults.add(path + ": can't be read: " + reason(e));
    }
    return Optional.empty();
  }
}
