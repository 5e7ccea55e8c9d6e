package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.flywaydb.core.api.MigrationVersion;

/**
 * The migrations of one project, read once and unchanging: what {@code Migrator} runs.
 *
 * <p>Files that fit no name of the layout are never executed; {@link #ignored()} lists them.
 */
public final class MigrationSet {
  /** sqlx's convention: a file whose first line starts so runs outside a transaction. */
  public static final String NO_TRANSACTION = "-- no-transaction";

  /** The file, in the migrations' folder, that says what must be there before the first one. */
  public static final String PREREQUISITES = "prerequisites.sql";

  static final String OUT_OF_TRANSACTION = "executeInTransaction=false\n";

  private final Layout layout;
  private final List<Migration> migrations;
  private final List<MigrationFile> repeatables;
  private final List<MigrationFile> callbacks;
  private final Map<String, String> scriptSettings;
  private final List<String> ignored;
  private final Optional<MigrationFile> prerequisites;

  MigrationSet(
      Layout layout,
      List<Migration> migrations,
      List<MigrationFile> repeatables,
      List<MigrationFile> callbacks,
      Map<String, String> scriptSettings,
      List<String> ignored) {
    this(layout, migrations, repeatables, callbacks, scriptSettings, ignored, Optional.empty());
  }

  private MigrationSet(
      Layout layout,
      List<Migration> migrations,
      List<MigrationFile> repeatables,
      List<MigrationFile> callbacks,
      Map<String, String> scriptSettings,
      List<String> ignored,
      Optional<MigrationFile> prerequisites) {
    this.layout = layout;
    this.migrations = List.copyOf(migrations);
    this.repeatables = List.copyOf(repeatables);
    this.callbacks = List.copyOf(callbacks);
    this.scriptSettings = Map.copyOf(scriptSettings);
    this.ignored = List.copyOf(ignored);
    this.prerequisites = prerequisites;
  }

  /**
   * Reads a folder in Flyway's layout, sub-folders included.
   *
   * @throws ConfigurationException naming every file that is wrong, all together
   */
  public static MigrationSet read(Path folder) {
    return read(folder, Layout.FLYWAY);
  }

  /**
   * Reads a folder in this layout; {@link Layout#detect} tells which it has.
   *
   * @throws ConfigurationException naming every file that is wrong, all together
   */
  public static MigrationSet read(Path folder, Layout layout) {
    MigrationSet set = inLayout(folder, layout);
    Path prerequisites = folder.resolve(PREREQUISITES);
    return Files.exists(prerequisites)
        ? set.withPrerequisites(MigrationFile.read(prerequisites, PREREQUISITES))
        : set;
  }

  private static MigrationSet inLayout(Path folder, Layout layout) {
    return switch (layout) {
      case FLYWAY -> new FlywayLayout(folder).read();
      case SQLX, GOLANG_MIGRATE -> new NumberedLayout(folder, layout).read();
      case PLAIN -> new PlainLayout(folder).read();
    };
  }

  /**
   * Reads a folder on the class path, in a directory or a jar.
   *
   * @param location such as {@code db/migration}
   * @throws ConfigurationException when there is no such folder or more than one, or for a wrong
   *     file in it
   */
  public static MigrationSet onClassPath(ClassLoader loader, String location) {
    List<URL> found;
    try {
      found = Collections.list(loader.getResources(location)).stream().distinct().toList();
    } catch (IOException e) {
      throw unreadable(location, e);
    }
    if (found.isEmpty()) {
      throw new ConfigurationException(
          "no migrations on the class path at " + location,
          "Put the jar that holds them on the class path.");
    }
    if (found.size() > 1) {
      throw new ConfigurationException(
          "several folders on the class path are called " + location + ": " + found,
          "Name the migrations' folder differently in each, or leave one of them out.");
    }
    return readUrl(found.getFirst());
  }

  private static MigrationSet readUrl(URL url) {
    try {
      URI uri = url.toURI();
      return "jar".equals(uri.getScheme()) ? readJar(uri) : read(Path.of(uri));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("not a URI: " + url, e);
    } catch (IOException e) {
      throw unreadable(url.toString(), e);
    }
  }

  private static ConfigurationException unreadable(String what, IOException e) {
    return new ConfigurationException(
        "can't read " + what + ": " + e, "Is the jar complete, and readable for this user?");
  }

  /** By the jar's path: a file system by URI is shared, and whoever made it may close it. */
  private static MigrationSet readJar(URI uri) throws IOException {
    String text = uri.getSchemeSpecificPart();
    int separator = text.lastIndexOf("!/");
    String raw = uri.getRawSchemeSpecificPart();
    Path jar = Path.of(URI.create(raw.substring(0, raw.lastIndexOf("!/"))));
    try (FileSystem files = FileSystems.newFileSystem(jar)) {
      return read(files.getPath(text.substring(separator + 1)));
    }
  }

  static boolean asksForNoTransaction(MigrationFile file) {
    return file.text().startsWith(NO_TRANSACTION);
  }

  /** How the files are named. */
  public Layout layout() {
    return layout;
  }

  /** The versioned migrations, oldest first. */
  public List<Migration> migrations() {
    return migrations;
  }

  /**
   * The one with this version, as the project writes it or in another way that means the same: 7
   * for 000007.
   */
  public Optional<Migration> find(String version) {
    return migrations.stream()
        .filter(m -> m.version().equals(version))
        .findFirst()
        .or(() -> findSame(version));
  }

  private Optional<Migration> findSame(String version) {
    String number = layout.historyVersion(version);
    if (!number.matches("[0-9]+([._][0-9]+)*")) {
      return Optional.empty();
    }
    MigrationVersion wanted = MigrationVersion.fromVersion(number);
    return migrations.stream()
        .filter(
            m -> MigrationVersion.fromVersion(layout.historyVersion(m.version())).equals(wanted))
        .findFirst();
  }

  /**
   * The versioned migrations up to this one, without repeatable ones and callbacks.
   *
   * @param version one of them, as the project writes it
   */
  public MigrationSet upTo(String version) {
    int last = 0;
    while (last < migrations.size() && !migrations.get(last).version().equals(version)) {
      last++;
    }
    return new MigrationSet(
        layout,
        migrations.subList(0, Math.min(last + 1, migrations.size())),
        List.of(),
        List.of(),
        scriptSettings,
        ignored,
        prerequisites);
  }

  /** Whether one version comes before another, each written as the project writes them. */
  public boolean isBefore(String version, String other) {
    return MigrationVersion.fromVersion(layout.historyVersion(version))
            .compareTo(MigrationVersion.fromVersion(layout.historyVersion(other)))
        < 0;
  }

  /** Only some of the migrations, and everything else. */
  public MigrationSet only(Predicate<Migration> versioned, Predicate<MigrationFile> repeatable) {
    return new MigrationSet(
        layout,
        migrations.stream().filter(versioned).toList(),
        repeatables.stream().filter(repeatable).toList(),
        callbacks,
        scriptSettings,
        ignored,
        prerequisites);
  }

  /** With this prerequisites file, in place of the folder's own. */
  public MigrationSet withPrerequisites(MigrationFile file) {
    return new MigrationSet(
        layout,
        migrations,
        repeatables,
        callbacks,
        scriptSettings,
        ignored.stream().filter(path -> !path.equals(PREREQUISITES)).toList(),
        Optional.of(file));
  }

  /**
   * SQL that a superuser runs once before the first migration, such as CREATE EXTENSION: the
   * folder's {@value #PREREQUISITES}, or another file that was named.
   */
  public Optional<MigrationFile> prerequisites() {
    return prerequisites;
  }

  /** Whether this script asks, by a first line or a setting, to run outside a transaction. */
  public boolean runsOutsideTransaction(MigrationFile script) {
    return scriptSettings
        .getOrDefault(script.path(), "")
        .lines()
        .anyMatch(line -> line.replace(" ", "").equalsIgnoreCase("executeInTransaction=false"));
  }

  /**
   * SHA-256, in hexadecimal, of all that a migrate may run: versions, paths, texts and settings.
   * Sets with the same hash do the same to the same database. Down scripts don't count.
   */
  public String manifestHash() {
    return Manifest.hash(this);
  }

  /** Files that Flyway runs again whenever their text changes. */
  public List<MigrationFile> repeatables() {
    return repeatables;
  }

  /** SQL callbacks such as {@code afterMigrate.sql}. */
  public List<MigrationFile> callbacks() {
    return callbacks;
  }

  /**
   * Flyway's script settings ({@code .conf} text) by the path of the script that they belong to;
   * includes the ones that follow from a first line {@code -- no-transaction}.
   */
  public Map<String, String> scriptSettings() {
    return scriptSettings;
  }

  /** Files in the folder that are not ours: relative paths, sorted. */
  public List<String> ignored() {
    return ignored;
  }
}
