package dev.gatewaydb.cli.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a file above the working directory is somebody else's, as it may be in a shared /tmp. */
final class FileOwner {
  private static final String ROOT = "root";

  private FileOwner() {}

  static boolean isStrangers(Path file, Path directory) {
    if (directory.equals(file.getParent())) {
      return false;
    }
    try {
      return isStrangers(
          Files.getOwner(file).getName(),
          Files.getOwner(directory).getName(),
          System.getProperty("user.name", ""));
    } catch (IOException | UnsupportedOperationException noOwners) {
      return false;
    }
  }

  /** Who owns the working directory decides what runs there anyway. */
  static boolean isStrangers(String owner, String ofDirectory, String user) {
    return !owner.equals(ofDirectory) && !owner.equals(user) && !owner.equals(ROOT);
  }
}
