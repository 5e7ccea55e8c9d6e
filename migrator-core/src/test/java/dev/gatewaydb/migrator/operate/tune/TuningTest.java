package dev.gatewaydb.migrator.operate.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On a server of its own, since its settings change. */
final class TuningTest {
  private static final long GIB = 1L << 30;
  private static final Machine SMALL = new Machine(GIB, 2, true, 25);

  private static ScratchServer server;

  @BeforeAll
  static void start() {
    String home = System.getProperty("user.home");
    server =
        ScratchServer.embedded(
            Path.of(System.getProperty("gwdb.test.cache", home + "/.cache/gwdb")));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Map<String, String> recommended(Machine machine) {
    return Recommendations.of(machine).stream()
        .collect(Collectors.toMap(Recommendations.Wanted::name, Recommendations.Wanted::value));
  }

  @Test
  void agreesWithTheGuideAboutItsMachine() {
    assertThat(recommended(SMALL))
        .containsEntry("max_connections", "100")
        .containsEntry("shared_buffers", "256MB")
        .containsEntry("work_mem", "16MB")
        .containsEntry("maintenance_work_mem", "64MB")
        .containsEntry("wal_buffers", "16MB")
        .containsEntry("checkpoint_completion_target", "0.9")
        .containsEntry("effective_cache_size", "768MB")
        .containsEntry("random_page_cost", "1.1");
    assertThat(recommended(new Machine(256 * GIB, 64, false, 1)))
        .containsEntry("maintenance_work_mem", "2048MB")
        .containsEntry("work_mem", "256MB")
        .containsEntry("random_page_cost", "4")
        .containsEntry("max_worker_processes", "64");
    assertThat(recommended(new Machine(GIB / 4, 1, true, 10_000))).containsEntry("work_mem", "4MB");
  }

  @Test
  void refusesMachinesThatThereAreNot() {
    assertThatThrownBy(() -> new Machine(1, 0, true, 0))
        .isInstanceOfSatisfying(
            ConfigurationException.class, e -> assertThat(e.faults()).hasSize(3));
  }

  @Test
  void appliesWhatDiffersAndThenNothingDoesThatNeedsNoRestart() throws Exception {
    try (ScratchDatabase db = server.create()) {
      Tuning tuning = new Tuning(db.dataSource(), SMALL);
      List<TuningAdvice> before = tuning.advise();
      assertThat(before).hasSize(recommended(SMALL).size());
      List<TuningAdvice> applied = tuning.apply();
      assertThat(applied).isEqualTo(before.stream().filter(TuningAdvice::differs).toList());
      assertThat(applied).extracting(TuningAdvice::name).contains("work_mem", "random_page_cost");
      await()
          .untilAsserted(
              () ->
                  assertThat(tuning.advise())
                      .filteredOn(TuningAdvice::differs)
                      .allMatch(TuningAdvice::restart));
      assertThat(Sql.rows(db, "SHOW work_mem")).containsExactly("16MB");
      assertThat(Sql.rows(db, "SELECT error FROM pg_file_settings WHERE error IS NOT NULL"))
          .allMatch(error -> error.contains("restart") || error.contains("could not be applied"));
    }
  }

  @Test
  void refusesWithoutTheRight() throws Exception {
    try (ScratchDatabase db = server.create()) {
      Sql.execute(db, "CREATE ROLE weak LOGIN PASSWORD 'weak'");
      DatabaseSettings weak = db.settings().withLogin("weak", Optional.of(Secret.of("weak")));
      Tuning tuning = new Tuning(weak.dataSource(), new Machine(2 * GIB, 8, false, 10));
      assertThat(tuning.advise()).anyMatch(TuningAdvice::differs);
      assertThatThrownBy(tuning::apply)
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("may not set");
    }
  }
}
