package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds {@code pg_dump}, {@code pg_restore} and {@code psql}. {@code PG_BIN} decides alone where it
 * is set; else all of PATH and of the directories in which distributions put them are looked
 * through.
 */
public final class PgPrograms {
  /** The variable that names the directory. */
  public static final String VARIABLE = "PG_BIN";

  /** Parent, and a pattern for the versions' directories in it, and where the programs are. */
  private static final List<List<String>> USUAL =
      List.of(
          List.of("/usr/lib/postgresql", "*", "bin"), // Debian
          List.of("/usr", "pgsql-*", "bin"), // RHEL, by PostgreSQL's own packages
          List.of("/usr/libexec", "postgresql*", ""), // Alpine
          List.of("/opt/homebrew/opt", "{postgresql,libpq}*", "bin"), // Homebrew, Apple silicon
          List.of("/usr/local/opt", "{postgresql,libpq}*", "bin"), // Homebrew, Intel
          List.of("/Library/PostgreSQL", "*", "bin"), // EDB's installer
          List.of("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
          List.of("/usr/local", "pgsql", "bin")); // PostgreSQL's own make install

  /** {@code pg_dump (PostgreSQL) 15.18 (Debian …)}; before a release {@code 19beta1}. */
  private static final Pattern VERSION =
      Pattern.compile("\\(PostgreSQL\\) (\\d+)(?:\\.(\\d+)|\\w*)");

  private static final int TIMEOUT_SECONDS = 20;

  private final Map<String, String> environment;

  /**
   * @param environment names to values; {@code PG_BIN} and {@code PATH} count
   */
  public PgPrograms(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * A program that was found.
   *
   * @param path of it
   * @param major of its version, such as 18
   * @param minor of its version, such as 6
   */
  record Program(Path path, int major, int minor) {
    String name() {
      return String.valueOf(path.getFileName());
    }

    String version() {
      return major + "." + minor;
    }
  }

  /**
   * The oldest major version that will do, in its newest minor version: what a newer pg_dump
   * writes, only a newer pg_restore reads, and that one sets what older servers don't know.
   *
   * @param least the least major version
   * @param why for the message: {@code the server is PostgreSQL 18.6}
   * @throws ConfigurationException when there is none, with what was found and how to get one
   */
  Program find(String name, int least, String why) {
    List<Program> found = all(name);
    return found.stream()
        .filter(program -> program.major() >= least)
        .min(
            Comparator.comparingInt(Program::major)
                .thenComparing(Comparator.comparingInt(Program::minor).reversed()))
        .orElseThrow(() -> missing(name, least, why, found));
  }

  /**
   * The newest there is, for a file that doesn't say what wrote it.
   *
   * @throws ConfigurationException when there is none
   */
  Program findNewest(String name, String why) {
    List<Program> found = all(name);
    return found.stream()
        .max(Comparator.comparingInt(Program::major).thenComparingInt(Program::minor))
        .orElseThrow(() -> missing(name, ServerVersion.OLDEST, why, found));
  }

  private List<Program> all(String name) {
    List<Program> found = new ArrayList<>();
    for (Path directory : directories()) {
      Path path = directory.resolve(name);
      if (Files.isExecutable(path) && !isDebiansWrapper(path)) {
        version(path).ifPresent(found::add);
      }
    }
    return found;
  }

  private ConfigurationException missing(String name, int least, String why, List<Program> found) {
    List<String> seen =
        found.stream().map(p -> "%s is %s".formatted(p.path(), p.version())).toList();
    String where = Optional.ofNullable(environment.get(VARIABLE)).orElse("");
    return new ConfigurationException(
        "%s needs %s %d or newer; %s"
            .formatted(
                why,
                name,
                least,
                seen.isEmpty()
                    ? where.isEmpty()
                        ? "none is on the PATH or in the usual directories"
                        : "%s=%s has none".formatted(VARIABLE, where)
                    : String.join(", ", seen)),
        """
        Debian, Ubuntu: apt install postgresql-client-%1$d (apt.postgresql.org has every version).
        RHEL, Fedora: dnf install postgresql%1$d. macOS: brew install postgresql@%1$d.
        Or name the directory of another installation by %2$s."""
            .formatted(least, VARIABLE));
  }

  private Set<Path> directories() {
    Set<Path> directories = new LinkedHashSet<>();
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isBlank()) {
      add(directories, named);
      return directories;
    }
    for (String entry : environment.getOrDefault("PATH", "").split(":", -1)) {
      // An empty entry means the working directory, where a stranger's program may lie.
      if (entry.startsWith("/")) {
        add(directories, entry);
      }
    }
    for (List<String> usual : USUAL) {
      try (DirectoryStream<Path> versions =
          Files.newDirectoryStream(Path.of(usual.get(0)), usual.get(1))) {
        versions.forEach(version -> directories.add(version.resolve(usual.get(2))));
      } catch (IOException | DirectoryIteratorException notThere) {
        // Another system's.
      }
    }
    return directories;
  }

  private static void add(Set<Path> directories, String text) {
    try {
      directories.add(Path.of(text).toAbsolutePath());
    } catch (InvalidPathException noPath) {
      // As the shell, which finds nothing there either.
    }
  }

  /** It starts the program of some version, by rules of its own. */
  private static boolean isDebiansWrapper(Path path) {
    try {
      return path.toRealPath().endsWith("pg_wrapper");
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<Program> version(Path path) {
    try {
      ProcessBuilder builder = new ProcessBuilder(path.toString(), "--version");
      builder.environment().put("LC_ALL", "C");
      Process process = builder.redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      Matcher version = VERSION.matcher(said);
      return version.find()
          ? Optional.of(
              new Program(
                  path,
                  Integer.parseInt(version.group(1)),
                  version.group(2) == null ? 0 : Integer.parseInt(version.group(2))))
          : Optional.empty();
    } catch (IOException notExecutableHere) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
