package dev.gatewaydb.sync.server;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Something that is read by one thread at a time, for all who ask meanwhile: however slow it is,
 * nothing piles up behind it but those who wait.
 */
final class Shared<T> {
  /** Reads. */
  interface Read<T> {
    T read() throws Exception;
  }

  private record Run<T>(long begun, CompletableFuture<T> result) {}

  private final String name;
  private final Read<T> read;
  private @Nullable Run<T> latest;
  private @Nullable CompletableFuture<T> next;
  private boolean running;

  Shared(String name, Read<T> read) {
    this.name = name;
    this.read = read;
  }

  /**
   * What was read, or is being read, by a run that began no earlier.
   *
   * @param nanos as of {@link System#nanoTime}
   */
  synchronized CompletableFuture<T> since(long nanos) {
    if (latest != null && latest.begun() - nanos >= 0) {
      return latest.result();
    }
    if (!running) {
      CompletableFuture<T> result = new CompletableFuture<>();
      begin(result);
      return result;
    }
    if (next == null) {
      next = new CompletableFuture<>();
    }
    return next;
  }

  private synchronized void begin(CompletableFuture<T> result) {
    latest = new Run<>(System.nanoTime(), result);
    running = true;
    Thread.ofVirtual().name(name).start(() -> run(result));
  }

  private void run(CompletableFuture<T> result) {
    try {
      result.complete(read.read());
    } catch (Throwable e) {
      result.completeExceptionally(e);
    } finally {
      ended();
    }
  }

  private synchronized void ended() {
    running = false;
    if (next != null) {
      CompletableFuture<T> result = next;
      next = null;
      begin(result);
    }
  }
}
