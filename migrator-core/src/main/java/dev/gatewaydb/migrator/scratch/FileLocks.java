package dev.gatewaydb.migrator.scratch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Locks on files, which the kernel drops when their process dies, however it dies. */
final class FileLocks {
  /** Java refuses two locks on one file in one JVM, so threads take turns first. */
  private static final Object IN_THIS_JVM = new Object();

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

  /** Takes the lock if it is free; closing the channel releases it. */
  static Optional<FileChannel> tryLock(Path file) throws IOException {
    FileChannel channel = open(file);
    try {
      if (channel.tryLock() != null) {
        return Optional.of(channel);
      }
    } catch (java.nio.channels.OverlappingFileLockException heldByThisJvm) {
      channel.close();
      return Optional.empty();
    }
    channel.close();
    return Optional.empty();
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
