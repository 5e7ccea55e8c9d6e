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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script as its callers meet it: a clone in a directory with spaces, where {@code
 * java} and {@code mvn} are scripts that tell how they were called. One test starts the real
 * command.
 */
@Timeout(60)
class LauncherIT {
  /** What the launcher may call, apart from java and mvn. */
  private static final List<String> TOOLS =
      List.of(
          "cat cksum find ln mkdir mv ps pwd readlink rm rmdir sh sleep stat tail uname"
              .split(" "));

  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

  /** Prints each argument on its own line, and answers the training runs as told by the switch. */
  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      case "$*" in *Training*|*AOTMode=create*)
        echo "$0" >>"$FAKE_LOG.training"
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

  @TempDir Path temp;

  private Path work = Path.of("");
  private Path clone = Path.of("");
  private Path bin = Path.of("");
  private final Map<String, String> env = new HashMap<>();

  private record Outcome(int code, List<String> out, String err) {
    private String line(String name) {
      return out.stream()
          .filter(line -> line.startsWith(name + "="))
          .map(line -> line.substring(name.length() + 1))
          .findFirst()
          .orElse("nothing in " + this);
    }

    private List<String> args() {
      return out.stream().filter(line -> line.startsWith("arg=")).toList();
    }
  }

  @BeforeEach
  void cloneWithTools() throws IOException {
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

  // ---- where it is called from

  @Test
  void worksThroughChainsOfLinksAndPassesArgumentsOn() throws Exception {
    jdk("25", "25.0.3");
    Path elsewhere = Files.createDirectories(work.resolve("else where/deeper"));
    Files.createSymbolicLink(elsewhere.resolve("relative"), Path.of("../../the clone/gwdb"));
    Files.createSymbolicLink(work.resolve("directory"), elsewhere);
    Path link = Files.createSymbolicLink(bin.resolve("gwdb"), work.resolve("directory/relative"));

    Outcome outcome = run(link, elsewhere, "status", "two words", "", "*", "--a=$HOME");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.line("cwd")).isEqualTo(elsewhere.toString());
    assertThat(outcome.args())
        .endsWith("arg=<status>", "arg=<two words>", "arg=<>", "arg=<*>", "arg=<--a=$HOME>");
    assertThat(outcome.args())
        .containsSequence(
            "arg=<" + clone + "/migrator-cli/target/gwdb.jar>", "arg=<dev.gatewaydb.cli.Gwdb>");
  }

  @Test
  void theCommandTakesTheLaunchersProcessAndExitCode() throws Exception {
    jdk("25", "25.0.3");
    env.put("FAKE_EXIT", "37");
    gwdb();

    Running running = start(clone.resolve("gwdb"), clone, "status");
    Outcome outcome = running.end();

    assertThat(outcome.code()).isEqualTo(37);
    assertThat(outcome.line("pid")).isEqualTo(Long.toString(running.process().pid()));
  }

  @Test
  void onlyShortCommandsAreHeldToTheFirstCompiler() throws Exception {
    jdk("25", "25.0.3");
    env.put("GWDB_JAVA_OPTS", "-Xmx64m -Da=*");

    assertThat(gwdb("--json", "status").args())
        .contains("arg=<-XX:TieredStopAtLevel=1>", "arg=<-Xmx64m>", "arg=<-Da=*>");
    assertThat(gwdb("--json", "serve").args()).doesNotContain("arg=<-XX:TieredStopAtLevel=1>");
  }

  @Test
  void aCopyOfTheScriptAloneSaysWhatIsMissing() throws Exception {
    jdk("25", "25.0.3");
    Path alone = copyLauncher(Files.createDirectories(work.resolve("alone")));

    Outcome outcome = run(alone, work);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("nothing to start", work.resolve("alone") + " has", "link");
  }

  // ---- the JDK

  @Test
  void takesTheNewestJdk() throws Exception {
    jdk("a", "25.0.9");
    Path newest = jdk("b", "25.0.10");
    jdk("c", "21.0.12");
    jdk("d", "17.0.15");
    jdk("e", "1.8.0_492");
    assertThat(gwdb().line("java")).isEqualTo(newest + "/bin/java");

    Path home = fakeJdk(work.resolve("home jdk"), "25.0.10");
    env.put("JAVA_HOME", home.toString());
    assertThat(gwdb().line("java")).as("of equals, JAVA_HOME").isEqualTo(home + "/bin/java");

    Path linked = fakeJdk(work.resolve("opt/jdk-26"), "26");
    Files.createSymbolicLink(work.resolve("alternative"), linked.resolve("bin/java"));
    Files.createSymbolicLink(bin.resolve("java"), work.resolve("alternative"));
    assertThat(gwdb().line("java")).as("java on PATH").isEqualTo(linked + "/bin/java");

    Files.delete(linked.resolve("bin/java"));
    assertThat(gwdb().line("java")).as("after its removal").isEqualTo(home + "/bin/java");
  }

  @Test
  void gwdbJavaHomeOverridesAllOthersAndIsNotReplacedWhenItIsBad() throws Exception {
    jdk("newer", "25.0.3");
    Path chosen = fakeJdk(work.resolve("chosen"), "21.0.2");
    env.put("GWDB_JAVA_HOME", chosen.toString());
    assertThat(gwdb().line("java")).isEqualTo(chosen + "/bin/java");

    write(chosen.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    Outcome old = gwdb();
    assertThat(old.code()).isEqualTo(2);
    assertThat(old.err()).contains("GWDB_JAVA_HOME is too old", "17.0.1", chosen.toString());

    env.put("GWDB_JAVA_HOME", work.resolve("nowhere").toString());
    Outcome missing = gwdb();
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("not a JDK", work.resolve("nowhere").toString());
  }

  @Test
  void asksAJdkThatHasNoReleaseFile() throws Exception {
    Path silent = jdk("silent", "0");
    Files.delete(silent.resolve("release"));
    script(
        silent.resolve("bin/java"),
        FAKE_JAVA.replace(
            "#!/bin/sh\n",
            "#!/bin/sh\n[ \"$1\" = -version ] && { echo 'openjdk version \"25.0.3\" x' >&2; exit;"
                + " }\n"));

    assertThat(gwdb().line("java")).isEqualTo(silent + "/bin/java");
  }

  @Test
  void withoutAJdkSaysWhatItFoundAndWhatToDo() throws Exception {
    Path old = jdk("old", "17.0.15");

    Outcome outcome = gwdb("status");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("gwdb: no JDK 21 or newer found\n")
        .contains("17.0.15 in " + old, "apt-get install", "brew install", "GWDB_JAVA_HOME");
    assertThat(mvnCalls()).isEmpty();
  }

  // ---- the build

  @Test
  void buildsOnFirstUseOnlyAndInTheRootDirectory() throws Exception {
    Path jdk = jdk("25", "25.0.3");
    script(jdk.resolve("bin/javac"), "");

    Outcome first = run(clone.resolve("gwdb"), work);
    Outcome second = gwdb();

    assertThat(first.err()).startsWith("gwdb: building (first use");
    assertThat(second.err()).isEmpty();
    assertThat(mvnCalls())
        .singleElement()
        .asString()
        .startsWith("cwd=" + clone + " java_home=" + jdk)
        .contains("-Dquick package -pl migrator-cli -am");
  }

  @Test
  void buildsAgainForSourcesPomsAndSettingsButNotForTestsAndDocs() throws Exception {
    jdk("25", "25.0.3");
    gwdb();
    for (String file : List.of("docs/index.md", "schema/src/test/java/ATest.java", "gwdb")) {
      touch(clone.resolve(file));
    }
    write(clone.resolve("schema/src/test/java/BTest.java"), "x");
    assertThat(gwdb().err()).isEmpty();

    int builds = 1;
    for (String file :
        List.of(
            "pom.xml",
            "schema/pom.xml",
            ".mvn/jvm.config",
            "migrator-cli/src/main/java/Gwdb.java",
            "schema/src/main/resources/db/V1__a.sql")) {
      touch(clone.resolve(file));
      assertThat(gwdb().err()).as(file).isEqualTo("gwdb: building (sources changed)…\n");
      assertThat(gwdb().err()).as(file).isEmpty();
      assertThat(mvnCalls()).hasSize(++builds);
    }
  }

  @Test
  void aDeletedSourceLeavesTheModulesClassesToo() throws Exception {
    jdk("25", "25.0.3");
    gwdb();
    Path copy = clone.resolve("schema/target/classes/db/V2__b.sql");
    Path other = clone.resolve("migrator-cli/target/classes/Gwdb.class");
    write(copy, "x");
    write(other, "x");
    Files.delete(clone.resolve("schema/src/main/resources/db/V2__b.sql"));

    assertThat(gwdb().err()).contains("building (sources changed)");

    assertThat(copy).doesNotExist();
    assertThat(other).exists();
    assertThat(gwdb().err()).isEmpty();
  }

  @Test
  void takesOverABuildThatTheUserMade() throws Exception {
    jdk("25", "25.0.3");
    gwdb();
    touch(clone.resolve("schema/src/main/resources/db/V1__a.sql"));
    Path schemaJar = clone.resolve("migrator-cli/target/lib/schema-0.1.0-SNAPSHOT.jar");
    touch(schemaJar);
    assertThat(gwdb().err()).isEmpty();
    assertThat(mvnCalls()).hasSize(1);

    Files.deleteIfExists(clone.resolve("migrator-cli/target/launcher/built"));
    assertThat(gwdb().err()).isEmpty();
    assertThat(clone.resolve("migrator-cli/target/launcher/built")).exists();
  }

  @Test
  void startsFromATreeItCannotWriteTo() throws Exception {
    jdk("25", "25.0.3");
    gwdb();
    // Stands for missing rights, which root would not notice.
    Path state = clone.resolve("migrator-cli/target/launcher");
    deleteAll(state);
    write(state, "in the way");
    env.remove("GWDB_STARTUP_CACHE");

    Outcome outcome = gwdb("status");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err()).isEmpty();

    touch(clone.resolve("pom.xml"));
    Outcome stale = gwdb("status");
    assertThat(stale.code()).isEqualTo(2);
    assertThat(stale.err()).contains("cannot write to " + state);
  }

  @Test
  void withoutMavenSaysSo() throws Exception {
    jdk("25", "25.0.3");
    Files.delete(bin.resolve("mvn"));

    Outcome outcome = gwdb("status");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("no mvn on the PATH", "not built yet", "Install Maven");
  }

  @Test
  void aFailedBuildShowsItsEndAndNothingOlderRuns() throws Exception {
    jdk("25", "25.0.3");
    gwdb();
    touch(clone.resolve("migrator-cli/src/main/java/Gwdb.java"));
    env.put("FAKE_MVN_FAILS", "yes");

    for (int attempt = 0; attempt < 2; attempt++) {
      Outcome outcome = gwdb("status");
      assertThat(outcome.code()).isEqualTo(2);
      assertThat(outcome.out()).isEmpty();
      Path log = clone.resolve("migrator-cli/target/launcher/build.log");
      assertThat(outcome.err()).contains("mvn ended with code 1", "';' expected", log.toString());
      assertThat(log).content().contains("the first line");
    }

    env.remove("FAKE_MVN_FAILS");
    assertThat(gwdb("status").code()).isZero();
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    jdk("25", "25.0.3");
    env.put("FAKE_MVN_SECONDS", "1");

    Running one = start(clone.resolve("gwdb"), clone, "one");
    Running two = start(clone.resolve("gwdb"), work, "two");
    List<Outcome> outcomes = List.of(one.end(), two.end());

    assertThat(outcomes).allMatch(outcome -> outcome.code() == 0 && !outcome.args().isEmpty());
    assertThat(mvnCalls()).hasSize(1);
    assertThat(clone.resolve("migrator-cli/target/launcher/build.lock"))
        .satisfies(lock -> assertThat(Files.isSymbolicLink(lock)).isFalse());
  }

  @Test
  void theLockOfADeadProcessDoesNotHoldAnybodyUp() throws Exception {
    jdk("25", "25.0.3");
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Process name = new ProcessBuilder("uname", "-n").start();
    String host = new String(name.getInputStream().readAllBytes(), UTF_8).strip();
    Path state = Files.createDirectories(clone.resolve("migrator-cli/target/launcher"));
    Files.createSymbolicLink(state.resolve("build.lock"), Path.of(dead.pid() + "@" + host));

    Outcome outcome = gwdb("status");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err()).doesNotContain("waiting");
  }

  @Test
  void anInterruptedBuildLeavesNoLock() throws Exception {
    jdk("25", "25.0.3");
    env.put("FAKE_MVN_SECONDS", "5");
    Process process = start(clone.resolve("gwdb"), clone, "status").process();
    Path state = clone.resolve("migrator-cli/target/launcher");
    while (process.isAlive() && !Files.exists(state.resolve("maven.pid"))) {
      Thread.sleep(20);
    }

    process.destroy();

    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 15);
    assertThat(state.resolve("build.lock"))
        .satisfies(lock -> assertThat(Files.isSymbolicLink(lock)).isFalse());
    env.remove("FAKE_MVN_SECONDS");
    assertThat(gwdb("status").code()).isZero();
  }

  // ---- the start-up cache

  @Test
  void makesTheCacheOnceAndAnewWhenJarsOrJdkChange() throws Exception {
    Path jdk = jdk("25", "25.0.3");
    env.remove("GWDB_STARTUP_CACHE");

    Outcome first = gwdb();
    assertThat(first.err()).contains("preparing a start-up cache for JDK 25 (once)");
    Path cache = onlyCache();
    assertThat(first.args()).contains("arg=<-XX:AOTCache=" + cache + ">");
    Outcome second = gwdb();
    assertThat(second.err()).isEmpty();
    assertThat(second.args()).contains("arg=<-XX:AOTCache=" + cache + ">");

    touch(clone.resolve("migrator-cli/target/lib/schema-0.1.0-SNAPSHOT.jar"));
    assertThat(gwdb().err()).contains("preparing");
    Path ofNewJars = onlyCache();
    assertThat(ofNewJars).isNotEqualTo(cache);

    write(jdk.resolve("release"), "JAVA_VERSION=\"21.0.2\"\n");
    Outcome older = gwdb();
    assertThat(older.err()).contains("preparing a start-up cache for JDK 21 (once)");
    assertThat(older.args()).contains("arg=<-XX:SharedArchiveFile=" + onlyCache() + ">");
    assertThat(onlyCache()).isNotEqualTo(ofNewJars);
  }

  @Test
  void aFailedTrainingIsNotedOnceAndBreaksNothing() throws Exception {
    jdk("25", "25.0.3");
    gwdb();
    env.remove("GWDB_STARTUP_CACHE");
    env.put("FAKE_TRAINING", "fails");

    Outcome first = gwdb("status");
    Outcome second = gwdb("status");

    assertThat(first.code()).isZero();
    assertThat(first.err()).contains("no start-up cache", "training.log");
    assertThat(first.args()).isNotEmpty().noneMatch(arg -> arg.contains("AOTCache"));
    assertThat(second.err()).isEmpty();
    assertThat(second.args()).isEqualTo(first.args());
    assertThat(work.resolve("mvn.log.training")).content().hasLineCount(1);
  }

  @Test
  void aTrainingThatHangsIsEnded() throws Exception {
    jdk("25", "25.0.3");
    gwdb();
    env.remove("GWDB_STARTUP_CACHE");
    env.put("FAKE_TRAINING", "hangs");
    env.put("GWDB_TRAINING_TIMEOUT", "1");

    long begin = System.nanoTime();
    Outcome outcome = gwdb("status");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).contains("took too long");
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(10));
  }

  // ---- the real command

  @Test
  void startsTheBuiltCommandFromAnUnpackedDistribution() throws Exception {
    Path dist = Files.createDirectories(work.resolve("un packed"));
    Path launcher = copyLauncher(Files.createDirectories(dist.resolve("bin")));
    Path lib = Files.createDirectories(dist.resolve("lib/lib"));
    Files.copy(MODULE.resolve("target/gwdb.jar"), dist.resolve("lib/gwdb.jar"));
    try (Stream<Path> jars = Files.list(MODULE.resolve("target/lib"))) {
      for (Path jar : jars.toList()) {
        Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar);
      }
    }
    env.put("GWDB_JAVA_HOME", System.getProperty("java.home"));
    env.remove("GWDB_STARTUP_CACHE");

    Outcome first = run(launcher, work, "--version");
    Outcome second = run(launcher, work, "--version");

    assertThat(first.code()).as(first.toString()).isZero();
    assertThat(first.out()).first().asString().startsWith("gwdb");
    assertThat(first.err()).contains("preparing a start-up cache").doesNotContain("no start-up");
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(second.err()).isEmpty();
    try (Stream<Path> caches = Files.list(work.resolve("home/.cache/gwdb"))) {
      assertThat(caches).filteredOn(file -> file.toString().contains("start-")).hasSize(1);
    }
  }

  // ---- how the tests do it

  private Outcome gwdb(String... args) throws Exception {
    return run(clone.resolve("gwdb"), clone, args);
  }

  private Outcome run(Path launcher, Path directory, String... args) throws Exception {
    return start(launcher, directory, args).end();
  }

  private Running start(Path launcher, Path directory, String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    Path err = Files.createTempFile(temp, "stderr", "");
    return new Running(builder.redirectError(err.toFile()).start(), err);
  }

  private record Running(Process process, Path err) {
    private Outcome end() throws IOException, InterruptedException {
      List<String> out =
          new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
      int code = process.waitFor();
      return new Outcome(code, out, Files.readString(err));
    }
  }

  private Path jdk(String name, String version) throws IOException {
    return fakeJdk(work.resolve("jdks").resolve(name), version);
  }

  private static Path fakeJdk(Path home, String version) throws IOException {
    write(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/java"), FAKE_JAVA);
    return home;
  }

  private List<String> mvnCalls() throws IOException {
    Path log = work.resolve("mvn.log");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private Path onlyCache() throws IOException {
    try (Stream<Path> files = Files.list(clone.resolve("migrator-cli/target/launcher"))) {
      List<Path> caches =
          files.filter(file -> file.getFileName().toString().startsWith("start-")).toList();
      assertThat(caches).hasSize(1);
      return caches.getFirst();
    }
  }

  private static Path copyLauncher(Path directory) throws IOException {
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

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text);
  }

  private static void script(Path file, String text) throws IOException {
    write(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void touch(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
