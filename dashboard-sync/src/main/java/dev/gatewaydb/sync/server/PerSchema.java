package dev.gatewaydb.sync.server;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is worked out once for each state of the schema, and kept for the latest. */
final class PerSchema<T> {
  private static final Duration RETRY = Duration.ofSeconds(10);

  private final Executor executor;
  private final Supplier<T> work;
  private @Nullable SchemaMark of;
  private CompletableFuture<T> result = new CompletableFuture<>();
  private long begun;

  PerSchema(Executor executor, Supplier<T> work) {
    this.executor = executor;
    this.work = work;
  }

  /** The result of work that began when the schema had this mark or later; begins it if need be. */
  synchronized CompletableFuture<T> of(SchemaMark mark) {
    boolean tryAgain =
        result.isCompletedExceptionally() && System.nanoTime() - begun > RETRY.toNanos();
    if (!mark.equals(of) || tryAgain) {
      of = mark;
      begun = System.nanoTime();
      result = CompletableFuture.supplyAsync(work, executor);
    }
    return result;
  }
}
