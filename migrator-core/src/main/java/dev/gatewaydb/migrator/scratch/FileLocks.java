package dev.gatewaydb.migrator.scratch;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Locks on files, which the kernel drops when their process dies, however it dies.
 *
 * <p>POSIX drops them also when the process closes <i>any</i> channel on the file: a file that this
 * JVM holds must not even be opened again.
 */
final class FileLocks {
  /** Java refuses two locks on one file in one JVM, so threads take turns first. */
  private static final Object IN_THIS_JVM = new Object();

  private static final Set<Path> HELD = new HashSet<>();

  /** Opened on files that another class loader of this JVM holds; never closed. */
  private static final Queue<FileChannel> LEFT_OPEN = new ConcurrentLinkedQueue<>();

  private FileLocks() {}

  interface Work<T> {
    T run() throws IOException;
  }

  /** Runs the work while no other process does the same. */
  static <T> T exclusively(Path file, Work<T> work) throws IOException {
    Files.createDirectories(file.getParent());
    synchronized (IN_THIS_JVM) {
      try (FileChannel channel = open(file);
          FileLock lock = channel.lock()) {
        return work.run();
      }
    }
  }

  /** Takes the lock if it is free; closing releases it. */
  static Optional<Closeable> tryLock(Path folder, String name) throws IOException {
    Path key = folder.toRealPath().resolve(name);
    synchronized (HELD) {
      if (HELD.contains(key)) {
        return Optional.empty();
      }
      FileChannel channel = open(key);
      try {
        if (channel.tryLock() == null) {
          channel.close();
          return Optional.empty();
        }
      } catch (OverlappingFileLockException heldByThisJvm) {
        LEFT_OPEN.add(channel);
        return Optional.empty();
      }
      HELD.add(key);
      return Optional.of(() -> release(key, channel));
    }
  }

  private static void release(Path key, FileChannel channel) throws IOException {
    synchronized (HELD) {
      channel.close();
      HELD.remove(key);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
