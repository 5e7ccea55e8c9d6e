package dev.gatewaydb.migrator.operate.tune;

import java.util.ArrayList;
import java.util.List;

/**
 * What fits a machine. The rules are PostgreSQL's own where its manual gives one ("Resource
 * Consumption", "Write Ahead Log", "Query Planning"), and at 1 GiB and 25 connections they give the
 * values of Rack Gateway's guide.
 */
final class Recommendations {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  /**
   * One of them.
   *
   * @param value as ALTER SYSTEM takes it
   */
  record Wanted(String name, String value, String reason) {}

  private final List<Wanted> wanted = new ArrayList<>();

  private Recommendations() {}

  static List<Wanted> of(Machine machine) {
    Recommendations all = new Recommendations();
    all.memory(machine);
    all.writing();
    all.planning(machine);
    all.add(
        "max_connections",
        "" + Math.max(100, machine.activeConnections() * 2 + 10),
        "twice what is active, and some for people and maintenance");
    all.add("log_min_duration_statement", "1s", "slow statements reach the log");
    all.add(
        "idle_in_transaction_session_timeout",
        "10min",
        "a forgotten transaction doesn't hold locks and dead rows for ever");
    return List.copyOf(all.wanted);
  }

  private void memory(Machine machine) {
    long memory = machine.memoryBytes();
    long shared = memory / 4;
    add("shared_buffers", size(shared), "a quarter of memory");
    add(
        "effective_cache_size",
        size(memory / 4 * 3),
        "three quarters: what the operating system's cache holds counts, too");
    long each = (memory - shared) / (2L * machine.activeConnections());
    add(
        "work_mem",
        size(Math.clamp(powerOfTwo(each), 4 * MIB, 256 * MIB)),
        "%d active statements with two sorts each fit beside shared_buffers"
            .formatted(machine.activeConnections()));
    add(
        "maintenance_work_mem",
        size(Math.clamp(memory / 16, 64 * MIB, 2 * GIB)),
        "a sixteenth, at most 2 GB, for VACUUM and CREATE INDEX");
  }

  private void writing() {
    add("wal_buffers", "16MB", "one WAL segment");
    add("checkpoint_completion_target", "0.9", "checkpoints spread over the time until the next");
    add("min_wal_size", "1GB", "WAL files are used again instead of made anew");
    add("max_wal_size", "4GB", "checkpoints come by time, not by volume");
  }

  private void planning(Machine machine) {
    add(
        "random_page_cost",
        machine.ssd() ? "1.1" : "4",
        machine.ssd() ? "SSD: a random read costs hardly more" : "rotating disks seek");
    add(
        "effective_io_concurrency",
        machine.ssd() ? "200" : "2",
        machine.ssd() ? "SSDs serve many requests at once" : "as many as there are disks");
    int cores = machine.cores();
    add("max_worker_processes", "" + Math.max(8, cores), "at least one for each core");
    add("max_parallel_workers", "" + Math.max(2, cores), "one for each core");
    add(
        "max_parallel_workers_per_gather",
        "" + Math.clamp(cores / 2, 1, 4),
        "one statement takes half of the cores, at most 4");
    add(
        "max_parallel_maintenance_workers",
        "" + Math.clamp(cores / 2, 1, 4),
        "one CREATE INDEX takes half of the cores, at most 4");
  }

  private void add(String name, String value, String reason) {
    wanted.add(new Wanted(name, value, reason));
  }

  private static String size(long bytes) {
    return bytes / MIB + "MB";
  }

  /** The nearest, by ratio. */
  private static long powerOfTwo(long bytes) {
    long below = Math.max(1, Long.highestOneBit(bytes));
    return bytes * bytes > 2 * below * below ? 2 * below : below;
  }
}
