package dev.gatewaydb.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A clone in a directory with spaces, where {@code java} and {@code mvn} are scripts that tell how
 * they were called: what the launcher's tests run in.
 */
final class LauncherClone {
  /** What the launcher may call, apart from java and mvn. */
  private static final List<String> TOOLS =
      List.of(
          "cat cksum find ln mkdir mv ps pwd readlink rm rmdir sh sleep stat tail uname"
              .split(" "));

  static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

  /** Prints each argument on its own line, and answers the training runs as told by the switch. */
  static final String FAKE_JAVA =
      """
      #!/bin/sh
      case "$*" in *Training*|*AOTMode=create*)
        echo "$$" >>"$FAKE_LOG.training"
        case ${FAKE_TRAINING:-works} in
          fails) exit 1 ;;
          hangs) exec sleep 20 ;;
        esac
        for arg; do
          case $arg in
            -XX:AOTConfiguration=* | -XX:AOTCache=* | -XX:ArchiveClassesAtExit=*) echo x >"${arg#*=}" ;;
          esac
        done
        exit 0 ;;
      esac
      echo "java=$0"
      echo "pid=$$"
      echo "cwd=$(pwd)"
      for arg; do echo "arg=<$arg>"; done
      exit ${FAKE_EXIT:-0}
      """;

  private static final String FAKE_MVN =
      """
      #!/bin/sh
      echo "cwd=$(pwd) java_home=$JAVA_HOME args=$*" >>"$FAKE_LOG"
      sleep ${FAKE_MVN_SECONDS:-0}
      if [ -n "${FAKE_MVN_FAILS:-}" ]; then
        echo "[ERROR] the first line"
        echo "[ERROR] Thing.java:[3,1] ';' expected"
        exit 1
      fi
      mkdir -p migrator-cli/target/lib schema/target/classes
      echo built >migrator-cli/target/gwdb.jar
      echo built >migrator-cli/target/lib/schema-0.1.0-SNAPSHOT.jar
      """;

  private final Path temp;
  private final Path work;
  private final Path clone;
  private final Path bin;
  private final Map<String, String> env = new HashMap<>();

  LauncherClone(Path temp) throws IOException {
    this.temp = temp;
    work = Files.createDirectories(temp.toRealPath().resolve("a place"));
    clone = Files.createDirectories(work.resolve("the clone"));
    bin = Files.createDirectories(work.resolve("bin"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(bin.resolve(tool), onPath(tool));
    }
    copyLauncher(clone);
    for (String file :
        List.of(
            "pom.xml",
            ".mvn/jvm.config",
            "schema/pom.xml",
            "schema/src/main/resources/db/V1__a.sql",
            "schema/src/main/resources/db/V2__b.sql",
            "schema/src/test/java/ATest.java",
            "docs/index.md",
            "migrator-cli/pom.xml",
            "migrator-cli/src/main/java/Gwdb.java")) {
      write(clone.resolve(file), "x\n");
    }
    script(bin.resolve("mvn"), FAKE_MVN);
    env.put("PATH", bin.toString());
    env.put("HOME", work.resolve("home").toString());
    env.put("GWDB_JDK_PLACES", work.resolve("jdks") + "/*");
    env.put("GWDB_STARTUP_CACHE", "off");
    env.put("FAKE_LOG", work.resolve("mvn.log").toString());
  }

  /** Holds the clone, the tools, the JDKs and whatever else a test puts there. */
  Path work() {
    return work;
  }

  /** The clone's root. */
  Path root() {
    return clone;
  }

  /** The only folder of the PATH. */
  Path bin() {
    return bin;
  }

  /** The launcher's environment, to be changed. */
  Map<String, String> env() {
    return env;
  }

  record Outcome(int code, List<String> out, String err) {
    String line(String name) {
      return out.stream()
          .filter(line -> line.startsWith(name + "="))
          .map(line -> line.substring(name.length() + 1))
          .findFirst()
          .orElse("nothing in " + this);
    }

    List<String> args() {
      return out.stream().filter(line -> line.startsWith("arg=")).toList();
    }
  }

  Outcome gwdb(String... args) throws Exception {
    return run(clone.resolve("gwdb"), clone, args);
  }

  Outcome run(Path launcher, Path directory, String... args) throws Exception {
    return start(launcher, directory, args).end();
  }

  Running start(Path launcher, Path directory, String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    Path err = Files.createTempFile(temp, "stderr", "");
    return new Running(builder.redirectError(err.toFile()).start(), err);
  }

  record Running(Process process, Path err) {
    Outcome end() throws IOException, InterruptedException {
      List<String> out =
          new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
      int code = process.waitFor();
      return new Outcome(code, out, Files.readString(err));
    }
  }

  Path jdk(String name, String version) throws IOException {
    return fakeJdk(work.resolve("jdks").resolve(name), version);
  }

  static Path fakeJdk(Path home, String version) throws IOException {
    write(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/java"), FAKE_JAVA);
    return home;
  }

  /** The process of each training run. */
  List<Long> trainings() throws IOException {
    return Files.readAllLines(work.resolve("mvn.log.training")).stream()
        .map(Long::valueOf)
        .toList();
  }

  List<String> mvnCalls() throws IOException {
    Path log = work.resolve("mvn.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  Path onlyCache() throws IOException {
    try (Stream<Path> files = Files.list(clone.resolve("migrator-cli/target/launcher"))) {
      List<Path> caches =
          files.filter(file -> file.getFileName().toString().startsWith("start-")).toList();
      assertThat(caches).hasSize(1);
      return caches.getFirst();
    }
  }

  static Path copyLauncher(Path directory) throws IOException {
    return Files.copy(
        MODULE.resolveSibling("gwdb"),
        directory.resolve("gwdb"),
        StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static Path onPath(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError(tool + " is not on the PATH"));
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text);
  }

  static void script(Path file, String text) throws IOException {
    write(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
  }

  static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
