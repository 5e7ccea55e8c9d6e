package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that is written whole or not at all, so that its readers never see half of one. */
final class WholeFile {
  private final Path path;

  /**
   * @param path where a link is, the file that it leads to is meant
   */
  WholeFile(Path path) throws IOException {
    this.path = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
  }

  /**
   * Finds out before the work is done what would fail after it.
   *
   * @param flag for messages
   * @throws ConfigurationException when it can't be written
   */
  void requireWritable(String flag) {
    if (Files.isDirectory(path)) {
      throw new ConfigurationException(
          "%s: %s is a folder".formatted(flag, path), "Name a file in it.");
    }
    Path folder = path.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new ConfigurationException(
          "%s: there is no folder %s".formatted(flag, folder),
          "Make it first, or correct %s.".formatted(flag));
    }
    if (!Files.isWritable(isReplaceable() ? folder : path)) {
      throw new ConfigurationException(
          "%s: %s can't be written to".formatted(flag, isReplaceable() ? folder : path),
          "Name another place, or have its permissions changed.");
    }
  }

  /** Whether it holds exactly this text. */
  boolean holds(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Files.isRegularFile(path)
        && Files.size(path) == bytes.length
        && ByteBuffer.wrap(Files.readAllBytes(path)).equals(ByteBuffer.wrap(bytes));
  }

  void write(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    if (!isReplaceable()) {
      Files.write(path, bytes.array(), StandardOpenOption.WRITE);
      return;
    }
    Path fresh = path.resolveSibling(path.getFileName() + ".new-" + ProcessHandle.current().pid());
    try {
      try (FileChannel channel =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      if (Files.exists(path)) {
        Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(path));
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** A pipe or a device is written to. */
  private boolean isReplaceable() {
    return !Files.exists(path) || Files.isRegularFile(path);
  }
}
