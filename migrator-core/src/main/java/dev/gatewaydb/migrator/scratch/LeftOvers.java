package dev.gatewaydb.migrator.scratch;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Scratch servers whose JVM was killed: their owner file is no longer locked. */
final class LeftOvers {
  static final String OWNER_FILE = "owner.lock";
  private static final int STOP_SECONDS = 10;
  private static final int POLL_MILLIS = 5;

  private LeftOvers() {}

  /** The caller sees to it that no server is claimed meanwhile. */
  static void remove(Path servers) throws IOException {
    try (DirectoryStream<Path> homes = Files.newDirectoryStream(servers)) {
      for (Path home : homes) {
        removeIfAbandoned(home);
      }
    }
  }

  private static void removeIfAbandoned(Path home) throws IOException {
    if (!Files.exists(home.resolve(OWNER_FILE))) {
      // Half deleted: by its owner at this moment, or by one that was killed meanwhile.
      Trees.delete(home);
      return;
    }
    try {
      Optional<Closeable> abandoned = FileLocks.tryLock(home, OWNER_FILE);
      if (abandoned.isPresent()) {
        try (Closeable lock = abandoned.get()) {
          stopAndDelete(home, PostmasterFile.process(home.resolve("data")));
        }
      }
    } catch (NoSuchFileException removedByAnotherProcess) {
      return;
    }
  }

  /** Stops the server at once, without a checkpoint: nobody will read its files again. */
  static void stopAndDelete(Path home, Optional<ProcessHandle> postmaster) throws IOException {
    if (postmaster.isPresent() && postmaster.get().isAlive()) {
      Tool.signal("QUIT", postmaster.get().pid());
      await(postmaster.get());
    }
    Path owner = home.resolve(OWNER_FILE);
    Trees.delete(home.resolve("data"));
    Files.deleteIfExists(home.resolve("log"));
    Files.deleteIfExists(owner);
    Trees.delete(home);
  }

  private static void await(ProcessHandle postmaster) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
    while (PostmasterFile.isServer(postmaster)) {
      if (System.nanoTime() > deadline) {
        postmaster.destroyForcibly();
        return;
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        // A server half stopped would be a left-over: finish, and leave the flag for the caller.
        Thread.currentThread().interrupt();
        postmaster.destroyForcibly();
        return;
      }
    }
  }
}
