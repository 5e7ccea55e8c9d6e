package dev.gatewaydb.migrator.connect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * libpq's password file: lines of {@code host:port:database:user:password}, {@code *} for any, and
 * a backslash before a colon or backslash that is meant. The first line that fits counts.
 *
 * <p>libpq ignores a file that others may read, with a warning. Here that is a fault: what follows
 * would be a refused login without a reason.
 */
final class PassFile {
  private static final long MAX_BYTES = 1 << 20;
  private static final Set<PosixFilePermission> OWNER =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private PassFile() {}

  /**
   * The password for all the hosts.
   *
   * @param named the file asked for; without one, {@code .pgpass} in the home directory if there
   */
  static Optional<Secret> password(
      Optional<String> named, Path home, List<HostPort> hosts, Login login, Faults faults) {
    Optional<Path> file = locate(named, home, faults);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    List<String> lines = read(file.get(), faults);
    Set<Secret> found = new LinkedHashSet<>();
    for (HostPort host : hosts) {
      lookUp(lines, host, login).ifPresent(found::add);
    }
    if (found.size() > 1) {
      faults.add(
          "the password file has different passwords for the hosts; the Java driver takes one for all");
      return Optional.empty();
    }
    return found.stream().findFirst();
  }

  /** Who logs in where. */
  record Login(String database, String user) {}

  private static Optional<Path> locate(Optional<String> named, Path home, Faults faults) {
    if (named.isEmpty()) {
      return Optional.of(home.resolve(".pgpass")).filter(Files::isRegularFile);
    }
    try {
      Path file = Path.of(named.get());
      if (Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    } catch (InvalidPathException e) {
      // Reported with the missing ones: there is no such file either way.
    }
    faults.add("the password file " + Text.line(named.get()) + " (PGPASSFILE) is not a file");
    return Optional.empty();
  }

  private static List<String> read(Path file, Faults faults) {
    String name = "the password file " + Text.line(file.toString());
    try {
      if (openToOthers(file)) {
        faults.add(
            name
                + " has group or world access; permissions should be u=rw (0600) or less: chmod 0600 it");
        return List.of();
      }
      if (Files.size(file) > MAX_BYTES) {
        faults.add(name + " is larger than 1 MiB");
        return List.of();
      }
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      faults.add(name + " can't be read as UTF-8 text");
      return List.of();
    }
  }

  private static boolean openToOthers(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        && !OWNER.containsAll(Files.getPosixFilePermissions(file));
  }

  private static Optional<Secret> lookUp(List<String> lines, HostPort host, Login login) {
    List<String> wanted =
        List.of(host.host(), Integer.toString(host.port()), login.database(), login.user());
    return lines.stream()
        .filter(line -> !line.startsWith("#"))
        .map(PassFile::fields)
        .filter(fields -> fields.size() == 5 && fits(fields, wanted))
        .map(fields -> unescaped(fields.get(4)))
        .findFirst()
        .filter(password -> !password.isEmpty() && password.indexOf('\0') < 0)
        .map(Secret::of);
  }

  private static boolean fits(List<String> fields, List<String> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      // Compared before unescaping: an escaped star is not a wildcard.
      if (!fields.get(i).equals("*") && !unescaped(fields.get(i)).equals(wanted.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The first four fields and the rest, still escaped. */
  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < line.length() && fields.size() < 4; i++) {
      if (line.charAt(i) == '\\') {
        i++;
      } else if (line.charAt(i) == ':') {
        fields.add(line.substring(start, i));
        start = i + 1;
      }
    }
    fields.add(line.substring(start));
    return fields;
  }

  private static String unescaped(String field) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && i + 1 < field.length()) {
        i++;
      }
      text.append(field.charAt(i));
    }
    return text.toString();
  }
}
