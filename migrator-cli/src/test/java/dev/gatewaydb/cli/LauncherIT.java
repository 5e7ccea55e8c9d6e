package dev.gatewaydb.cli;

import static dev.gatewaydb.cli.LauncherClone.FAKE_JAVA;
import static dev.gatewaydb.cli.LauncherClone.MODULE;
import static dev.gatewaydb.cli.LauncherClone.copyLauncher;
import static dev.gatewaydb.cli.LauncherClone.fakeJdk;
import static dev.gatewaydb.cli.LauncherClone.script;
import static dev.gatewaydb.cli.LauncherClone.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.cli.LauncherClone.Outcome;
import dev.gatewaydb.cli.LauncherClone.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script as its callers meet it: from where, with which JDK, to which command. */
@Timeout(60)
final class LauncherIT {
  private final LauncherClone clone;

  LauncherIT(@TempDir Path temp) throws IOException {
    clone = new LauncherClone(temp);
  }

  @Test
  void worksThroughChainsOfLinksAndPassesArgumentsOn() throws Exception {
    clone.jdk("25", "25.0.3");
    Path elsewhere = Files.createDirectories(clone.work().resolve("else where/deeper"));
    Files.createSymbolicLink(elsewhere.resolve("relative"), Path.of("../../the clone/gwdb"));
    Files.createSymbolicLink(clone.work().resolve("directory"), elsewhere);
    Path link =
        Files.createSymbolicLink(
            clone.bin().resolve("gwdb"), clone.work().resolve("directory/relative"));

    Outcome outcome = clone.run(link, elsewhere, "status", "two words", "", "*", "--a=$HOME");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.line("cwd")).isEqualTo(elsewhere.toString());
    assertThat(outcome.args())
        .endsWith("arg=<status>", "arg=<two words>", "arg=<>", "arg=<*>", "arg=<--a=$HOME>");
    assertThat(outcome.args())
        .containsSequence(
            "arg=<" + clone.root() + "/migrator-cli/target/gwdb.jar>",
            "arg=<dev.gatewaydb.cli.Gwdb>");
  }

  @Test
  void theCommandTakesTheLaunchersProcessAndExitCode() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.env().put("FAKE_EXIT", "37");
    clone.gwdb();

    Running running = clone.start(clone.root().resolve("gwdb"), clone.root(), "status");
    Outcome outcome = running.end();

    assertThat(outcome.code()).isEqualTo(37);
    assertThat(outcome.line("pid")).isEqualTo(Long.toString(running.process().pid()));
  }

  @Test
  void onlyShortCommandsAreHeldToTheFirstCompiler() throws Exception {
    clone.jdk("25", "25.0.3");
    clone.env().put("GWDB_JAVA_OPTS", "-Xmx64m -Da=*");

    assertThat(clone.gwdb("--json", "status").args())
        .contains("arg=<-XX:TieredStopAtLevel=1>", "arg=<-Xmx64m>", "arg=<-Da=*>");
    assertThat(clone.gwdb("--json", "serve").args())
        .doesNotContain("arg=<-XX:TieredStopAtLevel=1>");
  }

  @Test
  void aCopyOfTheScriptAloneSaysWhatIsMissing() throws Exception {
    clone.jdk("25", "25.0.3");
    Path alone = copyLauncher(Files.createDirectories(clone.work().resolve("alone")));

    Outcome outcome = clone.run(alone, clone.work());

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("nothing to start", clone.work().resolve("alone") + " has", "link");
  }

  @Test
  void takesTheNewestJdk() throws Exception {
    clone.jdk("a", "25.0.9");
    Path newest = clone.jdk("b", "25.0.10");
    clone.jdk("c", "21.0.12");
    clone.jdk("d", "17.0.15");
    clone.jdk("e", "1.8.0_492");
    assertThat(clone.gwdb().line("java")).isEqualTo(newest + "/bin/java");

    Path home = fakeJdk(clone.work().resolve("home jdk"), "25.0.10");
    clone.env().put("JAVA_HOME", home.toString());
    assertThat(clone.gwdb().line("java")).as("of equals, JAVA_HOME").isEqualTo(home + "/bin/java");

    Path linked = fakeJdk(clone.work().resolve("opt/jdk-26"), "26");
    Files.createSymbolicLink(clone.work().resolve("alternative"), linked.resolve("bin/java"));
    Files.createSymbolicLink(clone.bin().resolve("java"), clone.work().resolve("alternative"));
    assertThat(clone.gwdb().line("java")).as("java on PATH").isEqualTo(linked + "/bin/java");

    Files.delete(linked.resolve("bin/java"));
    assertThat(clone.gwdb().line("java")).as("after its removal").isEqualTo(home + "/bin/java");
  }

  @Test
  void gwdbJavaHomeOverridesAllOthersAndIsNotReplacedWhenItIsBad() throws Exception {
    clone.jdk("newer", "25.0.3");
    Path chosen = fakeJdk(clone.work().resolve("chosen"), "21.0.2");
    clone.env().put("GWDB_JAVA_HOME", chosen.toString());
    assertThat(clone.gwdb().line("java")).isEqualTo(chosen + "/bin/java");

    write(chosen.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    Outcome old = clone.gwdb();
    assertThat(old.code()).isEqualTo(2);
    assertThat(old.err()).contains("GWDB_JAVA_HOME is too old", "17.0.1", chosen.toString());

    clone.env().put("GWDB_JAVA_HOME", clone.work().resolve("nowhere").toString());
    Outcome missing = clone.gwdb();
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.err()).contains("not a JDK", clone.work().resolve("nowhere").toString());
  }

  @Test
  void asksAJdkThatHasNoReleaseFile() throws Exception {
    Path silent = clone.jdk("silent", "0");
    Files.delete(silent.resolve("release"));
    script(
        silent.resolve("bin/java"),
        FAKE_JAVA.replace(
            "#!/bin/sh\n",
            "#!/bin/sh\n[ \"$1\" = -version ] && { echo 'openjdk version \"25.0.3\" x' >&2; exit;"
                + " }\n"));

    assertThat(clone.gwdb().line("java")).isEqualTo(silent + "/bin/java");
  }

  @Test
  void withoutAJdkSaysWhatItFoundAndWhatToDo() throws Exception {
    Path old = clone.jdk("old", "17.0.15");

    Outcome outcome = clone.gwdb("status");

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("gwdb: no JDK 21 or newer found\n")
        .contains("17.0.15 in " + old, "apt-get install", "brew install", "GWDB_JAVA_HOME");
    assertThat(clone.mvnCalls()).isEmpty();
  }

  @Test
  void startsTheBuiltCommandFromAnUnpackedDistribution() throws Exception {
    Path dist = Files.createDirectories(clone.work().resolve("un packed"));
    Path launcher = copyLauncher(Files.createDirectories(dist.resolve("bin")));
    Path lib = Files.createDirectories(dist.resolve("lib/lib"));
    Files.copy(MODULE.resolve("target/gwdb.jar"), dist.resolve("lib/gwdb.jar"));
    try (Stream<Path> jars = Files.list(MODULE.resolve("target/lib"))) {
      for (Path jar : jars.toList()) {
        Files.createSymbolicLink(lib.resolve(jar.getFileName()), jar);
      }
    }
    clone.env().put("GWDB_JAVA_HOME", System.getProperty("java.home"));
    clone.env().remove("GWDB_STARTUP_CACHE");

    Outcome first = clone.run(launcher, clone.work(), "--version");
    Outcome second = clone.run(launcher, clone.work(), "--version");

    assertThat(first.code()).as(first.toString()).isZero();
    assertThat(first.out()).first().asString().startsWith("gwdb");
    assertThat(first.err()).contains("preparing a start-up cache").doesNotContain("no start-up");
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(second.err()).isEmpty();
    try (Stream<Path> caches = Files.list(clone.work().resolve("home/.cache/gwdb"))) {
      assertThat(caches).filteredOn(file -> file.toString().contains("start-")).hasSize(1);
    }
  }
}
