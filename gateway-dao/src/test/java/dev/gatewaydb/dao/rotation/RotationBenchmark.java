package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.crypto.EncryptionVersion;
import dev.gatewaydb.dao.crypto.SecretFormat;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Both rotations, against a plain UPDATE of the same rows; docs/benchmarks.md has the figures. */
public final class RotationBenchmark {
  private static final int VALUE_BYTES = 200;

  private interface Work {
    void run() throws Exception;
  }

  private RotationBenchmark() {}

  /** Takes the cache folder, the number of rows, and a batch size. */
  public static void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[1]);
    RotationOptions options = RotationOptions.DEFAULT.withBatchRows(Integer.parseInt(args[2]));
    try (ScratchServer server = ScratchServer.embedded(Path.of(args[0]));
        ScratchDatabase database = server.create()) {
      Secrets secrets =
          new Secrets(
                  database.dataSource(),
                  "secrets",
                  SecretFormat.ENVELOPE,
                  VALUE_BYTES - "c4n4ry-1234567".length())
              .create();
      long start = System.nanoTime();
      secrets.fill(
          Secrets.BEFORE, 1, rows, EncryptionVersion.MASTER_KEY, EncryptionVersion.TENANT_KEY);
      print("filled", rows, start);
      for (Mode mode : List.of(Mode.DRY_RUN, Mode.ONLINE, Mode.ONE_TRANSACTION)) {
        measure("plain UPDATE", rows, secrets, () -> plainUpdate(secrets));
        Rotation rotation =
            new Rotation(
                database.dataSource(),
                mode == Mode.ONE_TRANSACTION
                    ? Secrets.builder(Secrets.OLD).reading(Secrets.NEW).build()
                    : Secrets.BOTH,
                List.of(secrets.table()),
                options,
                RotationListener.NONE);
        measure(
            mode.name(), rows, secrets, () -> System.out.println(rotation.run(Goal.ROTATE, mode)));
      }
    }
  }

  /** Writes as many bytes as a rotation does; the value stays what it was. */
  private static void plainUpdate(Secrets secrets) throws Exception {
    secrets.execute("UPDATE secrets SET secret = overlay(secret placing 'GW' from 1)");
  }

  private static void measure(String what, int rows, Secrets secrets, Work work) throws Exception {
    secrets.execute("VACUUM secrets");
    secrets.execute("CHECKPOINT");
    long serverBefore = serverCpuMillis();
    long ownBefore = ownCpuMillis();
    long start = System.nanoTime();
    work.run();
    print(what, rows, start);
    System.out.printf(
        "%-16s %8d ms of CPU here, %d ms in the server%n",
        "", ownCpuMillis() - ownBefore, serverCpuMillis() - serverBefore);
  }

  private static void print(String what, int rows, long start) {
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    System.out.printf(
        "%-16s %8d ms %8d rows/s, heap after %d MiB%n",
        what, millis, rows * 1000L / Math.max(1, millis), heap);
  }

  private static long ownCpuMillis() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
  }

  /** Of the server's processes and those that have ended; proc(5), fields 14 to 17 of stat. */
  private static long serverCpuMillis() throws IOException {
    long ticks = 0;
    for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
      try {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        for (int field = 14; field <= 17; field++) {
          ticks += Long.parseLong(fields[field - 3]);
        }
      } catch (NoSuchFileException ended) {
        // Its parent has its time now.
      }
    }
    return ticks * 10;
  }
}
