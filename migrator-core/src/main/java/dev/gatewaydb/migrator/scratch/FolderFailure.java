package dev.gatewaydb.migrator.scratch;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** A folder of ours that can't be read or written. */
final class FolderFailure {
  private FolderFailure() {}

  static ConfigurationException ofCache(Path cache, IOException e) {
    return of(
        "the cache folder",
        cache,
        e,
        "Make it writable, or name another one: XDG_CACHE_HOME for gwdb, -Dgwdb.test.cache for"
            + " tests.");
  }

  static ConfigurationException ofServer(Path home, IOException e) {
    return of("the server's folder", home, e, "Check its permissions and the space left.");
  }

  private static ConfigurationException of(
      String what, Path folder, IOException e, String nextStep) {
    String reason =
        switch (e) {
          case AccessDeniedException denied -> "permission denied: " + denied.getFile();
          case FileAlreadyExistsException file -> file.getFile() + " is no folder";
          case NotDirectoryException file -> file.getFile() + " is no folder";
          default -> String.valueOf(e.getMessage());
        };
    ConfigurationException failure =
        new ConfigurationException(
            "%s %s can't be used: %s".formatted(what, folder, reason), nextStep);
    failure.addSuppressed(e);
    return failure;
  }
}
