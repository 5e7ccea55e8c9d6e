package dev.gatewaydb.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/** One start or stop of a project's servers at a time; a killed holder's lock is free at once. */
final class ProjectLock implements AutoCloseable {
  /** A file's lock belongs to the process: a second thread would not wait but fail. */
  private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

  private final FileChannel channel;

  private ProjectLock(FileChannel channel) {
    this.channel = channel;
  }

  static ProjectLock take(Path folder, Console console) throws IOException {
    IN_THIS_PROCESS.lock();
    boolean taken = false;
    try {
      FileChannel channel = lock(folder, console);
      taken = true;
      return new ProjectLock(channel);
    } finally {
      if (!taken) {
        IN_THIS_PROCESS.unlock();
      }
    }
  }

  private static FileChannel lock(Path folder, Console console) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      console.progress("waiting for another gwdb in this project");
      channel.lock();
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      IN_THIS_PROCESS.unlock();
    }
  }
}
