package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A backup under a name that nobody takes for a backup, until {@link #complete}. A lock on it,
 * which the kernel drops with its process, tells one in the making from one that was left behind.
 */
final class UnfinishedBackup implements AutoCloseable {
  static final String SUFFIX = ".partial";

  /** It holds what the database holds. */
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** POSIX drops a lock when its process closes any channel on the file: ours aren't opened. */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path backup;
  private final Path partial;
  private final FileChannel channel;
  private final Thread hook;
  private volatile boolean renamed;
  private volatile boolean complete;

  private UnfinishedBackup(Path backup, Path partial, FileChannel channel) {
    this.backup = backup;
    this.partial = partial;
    this.channel = channel;
    this.hook = new Thread(this::discard, "gwdb-backup-discard");
  }

  /**
   * Takes a name that no other run has or gets.
   *
   * @param stem of the name; a number follows where it is taken
   * @throws ConfigurationException when nothing can be made in the folder
   */
  static UnfinishedBackup reserve(Path folder, String stem) {
    for (int number = 1; ; number++) {
      Path backup = folder.resolve(stem + (number == 1 ? "" : "-" + number) + BackupFolder.SUFFIX);
      Path partial = backup.resolveSibling(backup.getFileName() + SUFFIX);
      try {
        FileChannel channel =
            FileChannel.open(
                partial,
                Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE),
                PRIVATE);
        OURS.addAll(List.of(partial, backup));
        boolean locked = channel.tryLock() != null;
        UnfinishedBackup made = new UnfinishedBackup(backup, partial, channel);
        Runtime.getRuntime().addShutdownHook(made.hook);
        // Another run may have taken it for a left-over, before it was locked.
        boolean ours = locked && Files.exists(partial);
        // Looked at only now: whoever had the name before us has renamed its file by now.
        if (ours && !Files.exists(backup) && !Files.exists(BackupManifest.beside(backup))) {
          return made;
        }
        made.close();
      } catch (FileAlreadyExistsException taken) {
        // The next number may be free.
      } catch (IOException e) {
        throw new ConfigurationException(
            "nothing can be written to %s: %s".formatted(folder, reason(e)),
            "Name another folder, or have its permissions changed.");
      }
    }
  }

  static String reason(IOException e) {
    return e instanceof java.nio.file.AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage()).replaceFirst("^.*\\.partial: ", "");
  }

  /** Whether this file's run is over, killed before it could clean up. */
  static boolean isAbandoned(Path file) {
    return ifUnlocked(file, () -> {});
  }

  /** Deletes it unless somebody writes to it. */
  static void deleteIfAbandoned(Path file) {
    ifUnlocked(file, () -> Files.deleteIfExists(file));
  }

  private interface Work {
    void run() throws IOException;
  }

  private static boolean ifUnlocked(Path file, Work work) {
    if (OURS.contains(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      boolean free = channel.tryLock() != null;
      if (free) {
        work.run();
      }
      return free;
    } catch (OverlappingFileLockException held) {
      return false;
    } catch (IOException cannotTell) {
      return false;
    }
  }

  Path path() {
    return partial;
  }

  /** The name that it gets in the end. */
  String name() {
    return String.valueOf(backup.getFileName());
  }

  long bytes() {
    try {
      return channel.size();
    } catch (IOException e) {
      return 0;
    }
  }

  String sha256() throws IOException {
    return Checksum.of(channel);
  }

  /** Makes it a backup: everything is on the disk before its name is, and its manifest is last. */
  void complete(BackupManifest manifest) {
    Path described = BackupManifest.beside(backup);
    Path description = described.resolveSibling(described.getFileName() + SUFFIX);
    try {
      channel.force(true);
      write(description, manifest);
      Files.move(partial, backup, StandardCopyOption.ATOMIC_MOVE);
      renamed = true;
      Files.move(description, described, StandardCopyOption.ATOMIC_MOVE);
      complete = true;
      syncNames(backup);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  static FailedException failed(IOException e) {
    return new FailedException(
        "the backup can't be finished: " + e.getMessage(),
        "Nothing of it is left; free some space, or name another folder.",
        e);
  }

  /** Writes a manifest in the place of another, or under a name of its own. */
  static void write(Path path, BackupManifest manifest) throws IOException {
    byte[] text = (manifest.toJson().toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    Files.deleteIfExists(path);
    try (FileChannel file =
        FileChannel.open(
            path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text);
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
  }

  /** The names in a folder are data of the folder. */
  static void syncNames(Path file) throws IOException {
    Path folder = file.toAbsolutePath().resolveSibling("");
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void discard() {
    if (complete) {
      return;
    }
    try {
      Path described = BackupManifest.beside(backup);
      Files.deleteIfExists(described.resolveSibling(described.getFileName() + SUFFIX));
      Files.deleteIfExists(renamed ? backup : partial);
    } catch (IOException leftForTheNextRun) {
      return;
    }
  }

  @Override
  public void close() {
    discard();
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written by it.
    }
    OURS.removeAll(List.of(partial, backup));
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endsAnyway) {
      return;
    }
  }
}
