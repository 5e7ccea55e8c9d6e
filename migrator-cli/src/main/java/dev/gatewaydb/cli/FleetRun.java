package dev.gatewaydb.cli;

import dev.gatewaydb.cli.Fleet.Database;
import dev.gatewaydb.cli.FleetResult.State;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Works through a fleet wave by wave, and starts no wave after one that failed. */
final class FleetRun {
  /** Looking is light, and the answer is wanted before anything happens. */
  private static final int LOOKED_AT_AT_ONCE = 16;

  private final Fleet fleet;
  private final Map<String, FleetResult> results = new LinkedHashMap<>();

  FleetRun(Fleet fleet) {
    this.fleet = fleet;
    // SLF4J tells people of threads that use it while another one starts it.
    LoggerFactory.getILoggerFactory();
    List<List<Database>> waves = fleet.waves();
    for (int wave = 0; wave < waves.size(); wave++) {
      for (Database database : waves.get(wave)) {
        results.put(database.name(), FleetResult.waiting(database.name(), wave));
      }
    }
  }

  /** What is done with one database; its result is worked out from the one given. */
  interface Work {
    FleetResult on(Database database, FleetResult before);
  }

  /** On every database, whatever becomes of the others. */
  void lookAtAll(Work work) {
    all(fleet.databases(), LOOKED_AT_AT_ONCE, work);
  }

  void inWaves(Work work) {
    for (List<Database> wave : fleet.waves()) {
      if (hasFailed()) {
        return;
      }
      all(
          wave,
          wave.size(),
          (database, before) -> {
            put(before.started());
            return work.on(database, before);
          });
    }
  }

  private void all(List<Database> databases, int atOnce, Work work) {
    try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
      List<Future<?>> running = new ArrayList<>();
      for (Database database : databases) {
        running.add(threads.submit(() -> one(database, work)));
      }
      for (Future<?> future : running) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NeedsPersonException("interrupted", "Look at each database's 'gwdb status'.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private void one(Database database, Work work) {
    FleetResult before = result(database.name());
    // For warnings that come through Flyway's log.
    try (MDC.MDCCloseable named = MDC.putCloseable("database", database.name() + ": ")) {
      put(work.on(database, before));
    } catch (GatewayDbException e) {
      put(before.failed(e));
    } catch (RuntimeException e) {
      put(
          before.failed(
              new NeedsPersonException(
                  "%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage()),
                  "This was not foreseen; --debug shows where it happened.",
                  e)));
    }
  }

  private synchronized FleetResult result(String name) {
    return Objects.requireNonNull(results.get(name));
  }

  private synchronized void put(FleetResult result) {
    results.put(result.name(), result);
  }

  boolean hasFailed() {
    return !in(State.FAILED).isEmpty();
  }

  /** The canary first. */
  synchronized List<FleetResult> results() {
    return List.copyOf(results.values());
  }

  List<FleetResult> in(State state) {
    return results().stream().filter(result -> result.state() == state).toList();
  }
}
