package dev.gatewaydb.cli;

import static dev.gatewaydb.cli.LauncherClone.deleteAll;
import static dev.gatewaydb.cli.LauncherClone.script;
import static dev.gatewaydb.cli.LauncherClone.touch;
import static dev.gatewaydb.cli.LauncherClone.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.cli.LauncherClone.Outcome;
import dev.gatewaydb.cli.LauncherClone.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When the launcher builds, and when it makes its start-up cache. */
@Timeout(60)
final class LauncherBuildIT {
  private final LauncherClone clone;

  LauncherBuildIT(@TempDir Path temp) throws IOException {
    clone = new LauncherClone(temp);
  }

  @Test
  void buildsOnFirstUseOnlyAndInTheRootDirectory() throws Exception {
    Path jdk = clone.jdk("25", "25.0.3");
    script(jdk.resolve("bin/javac"), "");

    Outcome first = clone.run(clone.root().resolve("gwdb"), clone.work());
    Outcome second = clone.gwdb();

    assertThat(first.err()).startsWith("gwdb: building (first use");
    assertThat(second.err()).isEmpty();
    assertThat(clone.mvnCalls())
        .singleElement()
        .asString()
        .startsWith("cwd=" + clone.root() + " java_home=" + jdk)
        .contains("-Dquick package -pl migrator-cli -am");
  }

  @Test
  void buildsAgainForSourcesPomsAndSettingsButNotForTestsAndDocs() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.gwdb();
    for (String file : List.of("docs/index.md", "schema/src/test/java/ATest.java", "gwdb")) {
      touch(clone.root().resolve(file));
    }
    write(clone.root().resolve("schema/src/test/java/BTest.java"), "x");
    assertThat(clone.gwdb().err()).isEmpty();

    int builds = 1;
    for (String file :
        List.of(
            "pom.xml",
            "schema/pom.xml",
            ".mvn/jvm.config",
            "migrator-cli/src/main/java/Gwdb.java",
            "schema/src/main/resources/db/V1__a.sql")) {
      touch(clone.root().resolve(file));
      assertThat(clone.gwdb().err()).as(file).isEqualTo("gwdb: building (sources changed)…\n");
      assertThat(clone.gwdb().err()).as(file).isEmpty();
      assertThat(clone.mvnCalls()).hasSize(++builds);
    }
  }

  @Test
  void aDeletedSourceLeavesTheModulesClassesToo() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.gwdb();
    Path copy = clone.root().resolve("schema/target/classes/db/V2__b.sql");
    Path other = clone.root().resolve("migrator-cli/target/classes/Gwdb.class");
    write(copy, "x");
    write(other, "x");
    Files.delete(clone.root().resolve("schema/src/main/resources/db/V2__b.sql"));

    assertThat(clone.gwdb().err()).contains("building (sources changed)");

    assertThat(copy).doesNotExist();
    assertThat(other).exists();
    assertThat(clone.gwdb().err()).isEmpty();
  }

  @Test
  void takesOverABuildThatTheUserMade() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.gwdb();
    touch(clone.root().resolve("schema/src/main/resources/db/V1__a.sql"));
    Path schemaJar = clone.root().resolve("migrator-cli/target/lib/schema-0.1.0-SNAPSHOT.jar");
    touch(schemaJar);
    assertThat(clone.gwdb().err()).isEmpty();
    assertThat(clone.mvnCalls()).hasSize(1);

    Files.deleteIfExists(clone.root().resolve("migrator-cli/target/launcher/built"));
    assertThat(clone.gwdb().err()).isEmpty();
    assertThat(clone.root().resolve("migrator-cli/target/launcher/built")).exists();
  }

  @Test
  void startsFromATreeItCannotWriteTo() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.gwdb();
    // Stands for missing rights, which root would not notice.
    Path state = clone.root().resolve("migrator-cli/target/launcher");
    deleteAll(state);
    write(state, "in the way");
    clone.env().remove("GWDB_STARTUP_CACHE");

    Outcome outcome = clone.gwdb("status");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err()).isEmpty();

    touch(clone.root().resolve("pom.xml"));
    Outcome stale = clone.gwdb("status");
    assertThat(stale.code()).isEqualTo(2);
    assertThat(stale.err()).contains("cannot write to " + state);
  }

  @Test
  void withoutMavenSaysSo() throws Exception {
    clone.jdk("25", "25.0.3");
    Files.delete(clone.bin().resolve("mvn"));

    Outcome outcome = clone.gwdb("status");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("no mvn on the PATH", "not built yet", "Install Maven");
  }

  @Test
  void aFailedBuildShowsItsEndAndNothingOlderRuns() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.gwdb();
    touch(clone.root().resolve("migrator-cli/src/main/java/Gwdb.java"));
    clone.env().put("FAKE_MVN_FAILS", "yes");

    for (int attempt = 0; attempt < 2; attempt++) {
      Outcome outcome = clone.gwdb("status");
      assertThat(outcome.code()).isEqualTo(2);
      assertThat(outcome.out()).isEmpty();
      Path log = clone.root().resolve("migrator-cli/target/launcher/build.log");
      assertThat(outcome.err()).contains("mvn ended with code 1", "';' expected", log.toString());
      assertThat(log).content().contains("the first line");
    }

    clone.env().remove("FAKE_MVN_FAILS");
    assertThat(clone.gwdb("status").code()).isZero();
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.env().put("FAKE_MVN_SECONDS", "1");

    Running one = clone.start(clone.root().resolve("gwdb"), clone.root(), "one");
    Running two = clone.start(clone.root().resolve("gwdb"), clone.work(), "two");
    List<Outcome> outcomes = List.of(one.end(), two.end());

    assertThat(outcomes).allMatch(outcome -> outcome.code() == 0 && !outcome.args().isEmpty());
    assertThat(clone.mvnCalls()).hasSize(1);
    assertThat(clone.root().resolve("migrator-cli/target/launcher/build.lock"))
        .satisfies(lock -> assertThat(Files.isSymbolicLink(lock)).isFalse());
  }

  @Test
  void theLockOfADeadProcessDoesNotHoldAnybodyUp() throws Exception {
    clone.jdk("25", "25.0.3");
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Process name = new ProcessBuilder("uname", "-n").start();
    String host = new String(name.getInputStream().readAllBytes(), UTF_8).strip();
    Path state = Files.createDirectories(clone.root().resolve("migrator-cli/target/launcher"));
    Files.createSymbolicLink(state.resolve("build.lock"), Path.of(dead.pid() + "@" + host));

    Outcome outcome = clone.gwdb("status");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err()).doesNotContain("waiting");
  }

  @Test
  void anInterruptedBuildLeavesNoLock() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.env().put("FAKE_MVN_SECONDS", "5");
    Process process = clone.start(clone.root().resolve("gwdb"), clone.root(), "status").process();
    Path state = clone.root().resolve("migrator-cli/target/launcher");
    await().until(() -> Files.exists(state.resolve("maven.pid")));

    process.destroy();

    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 15);
    assertThat(state.resolve("build.lock"))
        .satisfies(lock -> assertThat(Files.isSymbolicLink(lock)).isFalse());
    clone.env().remove("FAKE_MVN_SECONDS");
    assertThat(clone.gwdb("status").code()).isZero();
  }

  @Test
  void makesTheCacheOnceAndAnewWhenJarsOrJdkChange() throws Exception {
    Path jdk = clone.jdk("25", "25.0.3");
    clone.env().remove("GWDB_STARTUP_CACHE");

    Outcome first = clone.gwdb();
    assertThat(first.err()).contains("preparing a start-up cache for JDK 25 (once)");
    Path cache = clone.onlyCache();
    assertThat(first.args()).contains("arg=<-XX:AOTCache=" + cache + ">");
    Outcome second = clone.gwdb();
    assertThat(second.err()).isEmpty();
    assertThat(second.args()).contains("arg=<-XX:AOTCache=" + cache + ">");

    touch(clone.root().resolve("migrator-cli/target/lib/schema-0.1.0-SNAPSHOT.jar"));
    assertThat(clone.gwdb().err()).contains("preparing");
    Path ofNewJars = clone.onlyCache();
    assertThat(ofNewJars).isNotEqualTo(cache);

    write(jdk.resolve("release"), "JAVA_VERSION=\"21.0.2\"\n");
    Outcome older = clone.gwdb();
    assertThat(older.err()).contains("preparing a start-up cache for JDK 21 (once)");
    assertThat(older.args()).contains("arg=<-XX:SharedArchiveFile=" + clone.onlyCache() + ">");
    assertThat(clone.onlyCache()).isNotEqualTo(ofNewJars);
  }

  @Test
  void aFailedTrainingIsNotedOnceAndBreaksNothing() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.gwdb();
    clone.env().remove("GWDB_STARTUP_CACHE");
    clone.env().put("FAKE_TRAINING", "fails");

    Outcome first = clone.gwdb("status");
    Outcome second = clone.gwdb("status");

    assertThat(first.code()).isZero();
    assertThat(first.err()).contains("no start-up cache", "training.log");
    assertThat(first.args()).isNotEmpty().noneMatch(arg -> arg.contains("AOTCache"));
    assertThat(second.err()).isEmpty();
    assertThat(second.args()).isEqualTo(first.args());
    assertThat(clone.trainings()).hasSize(1);
  }

  @Test
  void aTrainingThatHangsIsEnded() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.gwdb();
    clone.env().remove("GWDB_STARTUP_CACHE");
    clone.env().put("FAKE_TRAINING", "hangs");
    clone.env().put("GWDB_TRAINING_TIMEOUT", "1");

    Outcome outcome = clone.gwdb("status");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err()).contains("took too long");
    assertThat(clone.trainings())
        .singleElement()
        // A zombie, which a container may never reap, has no command line.
        .satisfies(
            pid ->
                assertThat(ProcessHandle.of(pid).flatMap(p -> p.info().commandLine())).isEmpty());
  }
}
