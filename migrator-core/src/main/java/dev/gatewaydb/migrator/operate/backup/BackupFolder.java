package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.operate.backup.BackupEntry.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A folder of backups. Files that no backup of ours made are neither listed nor touched. */
public final class BackupFolder {
  static final String SUFFIX = ".dump";

  /** As {@link Backup} names them; what is named otherwise is somebody else's. */
  private static final Pattern NAME =
      Pattern.compile(".+-\\d{8}T\\d{6}Z(-\\d+)?" + Pattern.quote(SUFFIX));

  private final Path folder;

  /**
   * @throws ConfigurationException when there is no such folder
   */
  public BackupFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ConfigurationException(
          "there is no folder " + folder,
          "Make it first, or mount what holds it; a folder made now might be on the wrong disk.");
    }
    this.folder = folder.toAbsolutePath().normalize();
  }

  Path path() {
    return folder;
  }

  /** All of them, oldest first; those that aren't whole as well. */
  public List<BackupEntry> entries() {
    List<BackupEntry> entries = new ArrayList<>();
    for (Path file : files()) {
      String name = String.valueOf(file.getFileName());
      if (NAME.matcher(name).matches()) {
        entries.add(entry(file));
      } else if (isPartial(name)) {
        entries.add(partial(file));
      } else if (isOrphan(file, name)) {
        entries.add(
            new BackupEntry(file, State.DAMAGED, "the backup is gone", 0, Optional.empty()));
      }
    }
    entries.sort(
        Comparator.comparing(
                (BackupEntry e) -> e.manifest().map(BackupManifest::createdAt).orElse(Instant.MAX))
            .thenComparing(BackupEntry::path));
    return entries;
  }

  /** The newest whole one of each database and table. */
  public List<BackupEntry> newest() {
    Map<String, BackupEntry> newest = new LinkedHashMap<>();
    entries().stream()
        .filter(BackupEntry::isWhole)
        .forEach(e -> newest.put(Retention.series(e.manifest().orElseThrow()), e));
    return List.copyOf(newest.values());
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ConfigurationException(
          "%s can't be read: %s".formatted(folder, UnfinishedBackup.reason(e)), "");
    }
  }

  private static String without(String name, String suffix) {
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : "";
  }

  /** Of the backup, or of its manifest. */
  private static boolean isPartial(String name) {
    String whole = without(name, UnfinishedBackup.SUFFIX);
    return NAME.matcher(whole).matches()
        || NAME.matcher(without(whole, BackupManifest.SUFFIX)).matches();
  }

  private boolean isOrphan(Path file, String name) {
    String backup = without(name, BackupManifest.SUFFIX);
    return NAME.matcher(backup).matches()
        && !Files.exists(folder.resolve(backup))
        && Files.exists(file);
  }

  private static BackupEntry partial(Path file) {
    return isAbandoned(file)
        ? new BackupEntry(
            file, State.UNFINISHED, "its run was killed", size(file), Optional.empty())
        : new BackupEntry(file, State.RUNNING, "it is being made", size(file), Optional.empty());
  }

  /** A manifest's run holds the lock on the backup, under whichever of its names. */
  private static boolean isAbandoned(Path file) {
    String whole = without(String.valueOf(file.getFileName()), UnfinishedBackup.SUFFIX);
    String backup = without(whole, BackupManifest.SUFFIX);
    if (backup.isEmpty()) {
      return UnfinishedBackup.isAbandoned(file);
    }
    return Stream.of(backup + UnfinishedBackup.SUFFIX, backup)
        .map(file::resolveSibling)
        .filter(Files::exists)
        .allMatch(UnfinishedBackup::isAbandoned);
  }

  /**
   * What a file with a backup's name is.
   *
   * @param file in whatever folder
   */
  public static BackupEntry entry(Path file) {
    long bytes = size(file);
    Path described = BackupManifest.beside(file);
    if (!Files.exists(described)) {
      Path unfinished = described.resolveSibling(described.getFileName() + UnfinishedBackup.SUFFIX);
      if (!Files.exists(unfinished)) {
        return new BackupEntry(file, State.UNKNOWN, "it has no manifest", bytes, Optional.empty());
      }
      return partial(file);
    }
    BackupManifest manifest;
    try {
      manifest = BackupManifest.read(described);
    } catch (RefusedException e) {
      return new BackupEntry(
          file, State.DAMAGED, String.valueOf(e.getMessage()), bytes, Optional.empty());
    }
    String problem = "";
    if (!manifest.file().equals(String.valueOf(file.getFileName()))) {
      problem = "its manifest is that of " + manifest.file();
    } else if (manifest.bytes() != bytes) {
      problem = "it has %d bytes, and had %d".formatted(bytes, manifest.bytes());
    }
    return new BackupEntry(
        file,
        problem.isEmpty() ? State.WHOLE : State.DAMAGED,
        problem,
        bytes,
        Optional.of(manifest));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException goneMeanwhile) {
      return 0;
    }
  }

  /**
   * Removes what killed runs have left.
   *
   * @return what was removed
   */
  public List<Path> removeLeftOvers() {
    List<Path> removed = new ArrayList<>();
    for (BackupEntry entry : entries()) {
      if (entry.state() == State.UNFINISHED) {
        UnfinishedBackup.deleteIfAbandoned(entry.path());
        removed.add(entry.path());
      }
    }
    return removed;
  }

  /**
   * What a prune removes.
   *
   * @param expired whole backups that no rule keeps
   * @param leftOvers of killed runs
   */
  public record Pruned(List<BackupEntry> expired, List<Path> leftOvers) {
    /** Copies the lists. */
    public Pruned {
      expired = List.copyOf(expired);
      leftOvers = List.copyOf(leftOvers);
    }
  }

  /** What {@link #prune} would remove now. */
  public Pruned planPrune(Retention retention, Instant now) {
    List<BackupEntry> entries = entries();
    List<BackupManifest> expired =
        retention.expired(
            entries.stream()
                .filter(BackupEntry::isWhole)
                .flatMap(entry -> entry.manifest().stream())
                .toList(),
            now);
    return new Pruned(
        entries.stream()
            .filter(BackupEntry::isWhole)
            .filter(entry -> expired.contains(entry.manifest().orElseThrow()))
            .toList(),
        entries.stream()
            .filter(entry -> entry.state() == State.UNFINISHED || isOrphaned(entry))
            .map(BackupEntry::path)
            .toList());
  }

  private static boolean isOrphaned(BackupEntry entry) {
    return entry.path().toString().endsWith(SUFFIX + BackupManifest.SUFFIX);
  }

  /** Removes what was planned; a backup before its manifest, which alone is worth nothing. */
  public void prune(Pruned planned) {
    planned.leftOvers().forEach(this::delete);
    for (BackupEntry entry : planned.expired()) {
      delete(entry.path());
      delete(BackupManifest.beside(entry.path()));
    }
  }

  private void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new FailedException(
          "%s can't be removed: %s".formatted(file, UnfinishedBackup.reason(e)),
          "Have the permissions of %s changed.".formatted(folder),
          e);
    }
  }
}
