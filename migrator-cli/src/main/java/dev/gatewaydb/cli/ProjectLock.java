package dev.gatewaydb.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One start or stop of a project's servers at a time; a killed holder's lock is free at once. */
final class ProjectLock implements AutoCloseable {
  private final FileChannel channel;

  private ProjectLock(FileChannel channel) {
    this.channel = channel;
  }

  static ProjectLock take(Path folder, Console console) throws IOException {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      console.progress("waiting for another gwdb in this project");
      channel.lock();
    }
    return new ProjectLock(channel);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
