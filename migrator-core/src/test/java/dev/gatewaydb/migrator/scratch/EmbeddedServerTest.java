package dev.gatewaydb.migrator.scratch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.testing.Jvm;
import dev.gatewaydb.testing.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our own throw-away server: what it gives, what remains of it, and the cache that it needs. */
final class EmbeddedServerTest {
  private static Path dataDirectory(ScratchDatabase db) throws Exception {
    return Path.of(Sql.rows(db, "SHOW data_directory").getFirst());
  }

  @Test
  void createsClonesAndDrops() throws Exception {
    Path data;
    try (ScratchServer server = ScratchServer.embedded(Caches.shared());
        ScratchServer other = ScratchServer.embedded(Caches.shared())) {
      ScratchDatabase empty = server.create();
      data = dataDirectory(empty);
      assertThat(dataDirectory(other.create())).isNotEqualTo(data);

      List<String> prepared = new ArrayList<>();
      ScratchDatabase first = server.cloneOf("t", db -> prepare(db, prepared));
      ScratchDatabase second = server.cloneOf("t", db -> prepare(db, prepared));
      assertThat(prepared).hasSize(1);
      Sql.execute(first, "INSERT INTO t VALUES (1)");
      assertThat(Sql.rows(second, "SELECT count(*) FROM t")).containsExactly("0");

      try (Connection connected = first.dataSource().getConnection()) {
        first.close();
        assertThat(connected.isValid(5)).isFalse();
      }
      first.close();
      assertThat(
              Sql.rows(empty, "SELECT 1 FROM pg_database WHERE datname = '" + first.name() + "'"))
          .isEmpty();
      server.close();
      assertThat(data).doesNotExist();
    }
    assertThat(data.getParent()).doesNotExist();
  }

  private static void prepare(ScratchDatabase db, List<String> prepared) {
    prepared.add(db.name());
    try {
      Sql.execute(db, "CREATE TABLE t (id int)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTemplateMayBeMadeFromAnotherAndMayFail() throws Exception {
    try (ScratchServer server = ScratchServer.embedded(Caches.shared())) {
      ScratchDatabase empty = server.create();
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(
              () ->
                  server.cloneOf(
                      "a",
                      db -> {
                        throw new IllegalArgumentException("on purpose");
                      }));
      assertThat(Sql.rows(empty, "SELECT 1 FROM pg_database WHERE datname LIKE 'scratch%'"))
          .hasSize(1);
      server.cloneOf("a", db -> server.cloneOf("b", other -> {}));
      assertThat(Sql.rows(empty, "SELECT 1 FROM pg_database WHERE datname LIKE 'scratch%'"))
          .hasSize(5);
    }
  }

  @Test
  void anotherProcessLeavesTheServersOfThisOneAlone() throws Exception {
    try (ScratchServer first = ScratchServer.embedded(Caches.shared());
        ScratchServer second = ScratchServer.embedded(Caches.shared());
        Jvm other = Jvm.start(OwnerProcess.class, Caches.shared().toString())) {
      ScratchDatabase ofFirst = first.create();
      ScratchDatabase ofSecond = second.create();
      other.awaitLine("data ");
      other.write("").awaitSuccess();

      assertThat(Sql.rows(ofFirst, "SELECT 1")).hasSize(1);
      assertThat(Sql.rows(ofSecond, "SELECT 1")).hasSize(1);
    }
  }

  private static ProcessHandle postmaster(Path data) throws IOException {
    return PostmasterFile.process(data).orElseThrow();
  }

  @Test
  void theNextStartRemovesWhatAKilledOwnerLeft() throws Exception {
    try (Jvm owner = Jvm.start(OwnerProcess.class, Caches.shared().toString())) {
      Path data = Path.of(owner.awaitLine("data "));
      ProcessHandle postmaster = postmaster(data);
      owner.kill("KILL");
      ScratchServer.embedded(Caches.shared()).close();

      await().until(() -> !PostmasterFile.isServer(postmaster));
      await().untilAsserted(() -> assertThat(data.getParent()).doesNotExist());
    }
  }

  /** Where SIGINT is ignored, as in a shell's background, a JVM ignores it too. */
  static Stream<String> signals() throws IOException {
    Path status = Path.of("/proc/self/status");
    Optional<String> ignored =
        Files.exists(status)
            ? Files.readAllLines(status).stream().filter(l -> l.startsWith("SigIgn:")).findFirst()
            : Optional.empty();
    long bits = ignored.map(l -> Long.parseUnsignedLong(l.substring(8).strip(), 16)).orElse(0L);
    return (bits & 2) == 0 ? Stream.of("TERM", "INT") : Stream.of("TERM");
  }

  @ParameterizedTest
  @MethodSource("signals")
  void anOwnerThatIsStoppedCleansUpAtOnce(String signal) throws Exception {
    try (Jvm owner = Jvm.start(OwnerProcess.class, Caches.shared().toString())) {
      Path data = Path.of(owner.awaitLine("data "));
      ProcessHandle postmaster = postmaster(data);
      owner.kill(signal);

      assertThat(PostmasterFile.isServer(postmaster)).isFalse();
      assertThat(data.getParent()).doesNotExist();
    }
  }

  @Test
  void twoProcessesFillAnEmptyCacheOfAnyName(@TempDir Path temp) throws Exception {
    // The name is the children's to decode: in this JVM's locale it may not be a path at all.
    Path cache = temp.resolve("my cache");
    Map<String, String> utf8 = Map.of("LC_ALL", "C.UTF-8");
    try (Jvm one = Jvm.start(utf8, OwnerProcess.class, cache + "/ü n ï");
        Jvm two = Jvm.start(utf8, OwnerProcess.class, cache + "/ü n ï")) {
      one.awaitLine("data ");
      two.awaitLine("data ");
      assertThat(one.write("").awaitSuccess()).contains("closed");
      assertThat(two.write("").awaitSuccess()).contains("closed");
    }
  }

  @Test
  void aBrokenCacheHeals(@TempDir Path temp) throws Exception {
    PostgresBinaries sound = PostgresBinaries.unpackedIn(Caches.shared());
    Path root = temp.resolve("postgres").resolve(sound.key());
    Files.createDirectories(temp.resolve("postgres"));
    Trees.copy(sound.root(), root);
    Files.delete(root.resolve("bin").resolve("initdb"));
    Files.createDirectories(root.resolveSibling(root.getFileName() + ".half").resolve("bin"));
    Path template = temp.resolve("templates").resolve(sound.key() + "-1");
    Files.createDirectories(template.resolve("data").resolve("base"));
    Files.createDirectories(temp.resolve("scratch").resolve("half-deleted").resolve("data"));

    ScratchServer.embedded(temp).close();
    assertThat(only(temp.resolve("postgres"))).isEqualTo(root);
    assertThat(template.resolve("password")).exists();
    try (Stream<Path> left = Files.list(temp.resolve("scratch"))) {
      assertThat(left).isEmpty();
    }
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      List<Path> all = children.toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed(@TempDir Path temp) throws IOException {
    Path file = Files.createFile(temp.resolve("file"));

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ScratchServer.embedded(file.resolve("cache")))
        .withMessageContaining(file.toString())
        .satisfies(thrown -> assertThat(thrown.nextStep()).contains("XDG_CACHE_HOME"));
  }
}
