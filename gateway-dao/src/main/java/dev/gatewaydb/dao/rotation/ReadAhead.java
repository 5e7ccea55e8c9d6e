package dev.gatewaydb.dao.rotation;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads and re-encrypts the next batch while the server writes this one. */
final class ReadAhead implements AutoCloseable {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("gwdb-secrets").daemon().factory());
  private final BatchReader reader;
  private Future<Batch> next;

  ReadAhead(BatchReader reader, List<String> position) {
    this.reader = reader;
    this.next = thread.submit(() -> reader.after(position));
  }

  /** The next batch; one without rows is the end. */
  Batch take() throws SQLException {
    try {
      Batch batch = next.get();
      if (batch.rows() > 0) {
        next = thread.submit(() -> reader.after(batch.last()));
      }
      return batch;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException failure) {
        throw failure;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted", "57014", e);
    }
  }

  /** Waits for what is being read: its connection is closed next. */
  @Override
  public void close() {
    thread.close();
  }
}
