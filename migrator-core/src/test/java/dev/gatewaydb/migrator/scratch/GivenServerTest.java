package dev.gatewaydb.migrator.scratch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.UnreachableException;
import dev.gatewaydb.testing.Sql;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Scratch databases on a server that is somebody else's. */
final class GivenServerTest {
  private static ScratchServer embedded;
  private static ScratchDatabase home;
  private static DatabaseSettings creator;
  private static DatabaseSettings stranger;

  @BeforeAll
  static void roles() throws Exception {
    embedded = ScratchServer.embedded(Caches.shared());
    home = embedded.create();
    Sql.execute(home, "CREATE ROLE creator LOGIN CREATEDB PASSWORD 'p'");
    Sql.execute(home, "CREATE ROLE stranger LOGIN PASSWORD 'p'");
    creator = home.settings().withLogin("creator", Optional.of(Secret.of("p")));
    stranger = home.settings().withLogin("stranger", Optional.of(Secret.of("p")));
  }

  @AfterAll
  static void stop() {
    embedded.close();
  }

  private static List<String> databases() throws Exception {
    return Sql.rows(home, "SELECT datname FROM pg_database WHERE datname LIKE 'gwdb_scratch_%'");
  }

  @Test
  void createsClonesAndDropsEverything() throws Exception {
    List<String> names;
    try (ScratchServer server = ScratchServer.on(creator)) {
      ScratchDatabase one = server.create();
      ScratchDatabase two = server.cloneOf("t", db -> {});
      names = List.of(one.name(), two.name());
      assertThat(databases()).containsAll(names);
      assertThat(Sql.rows(one, "SELECT current_user")).containsExactly("creator");
    }

    assertThat(databases()).doesNotContainAnyElementsOf(names);
  }

  @Test
  void saysWhatTheRoleLacks() {
    try (ScratchServer server = ScratchServer.on(stranger)) {
      assertThatExceptionOfType(FailedException.class)
          .isThrownBy(server::create)
          .satisfies(thrown -> assertThat(thrown.nextStep()).contains("CREATEDB"));
    }
  }

  @Test
  void saysThatItCannotLogIn() {
    DatabaseSettings wrong = stranger.withLogin("stranger", Optional.of(Secret.of("c4n4ry")));

    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> ScratchServer.on(wrong))
        .withMessageContaining("password")
        .withMessageNotContaining("c4n4ry");
  }

  @Test
  void removesTheLeftOversOfTheDeadAndNotOfTheLiving() throws Exception {
    try (ScratchServer living = ScratchServer.on(creator)) {
      String kept = living.create().name();
      ScratchServer dying = ScratchServer.on(creator);
      String abandoned = dying.create().name();
      String number = abandoned.split("_", -1)[2];
      Sql.execute(
          home,
          "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks"
              + " WHERE locktype = 'advisory' AND objid = "
              + number);
      assertThat(databases()).contains(kept, abandoned);

      ScratchServer.on(creator).close();
      assertThat(databases()).contains(kept).doesNotContain(abandoned);
    }
  }
}
