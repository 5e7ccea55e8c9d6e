package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.rotation.Phases.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** One table in batches, each a transaction, while writers go on. */
final class OnlineRun {
  private static final int MOST_PASSES = 20;
  private static final int MOST_ATTEMPTS = 10;
  private static final String DEADLOCK = "40P01";

  private final Connection writing;
  private final Connection reading;
  private final TableShape shape;
  private final Job job;
  private final StandbyLag lag;
  private final Run run;

  OnlineRun(Run run, Connection writing, Connection reading, TableShape shape) {
    this.run = run;
    this.writing = writing;
    this.reading = reading;
    this.shape = shape;
    this.job = new Job(writing, shape.table(), run.goal(), run.ring().currentGeneration());
    this.lag = new StandbyLag(writing, run.options().maxLagBytes(), run.listener());
  }

  RotationReport.TableReport table() throws SQLException {
    Tally tally = new Tally(shape.table().label());
    if (job.begin(tally)) {
      run.listener().resumed(shape.table().label(), tally.total());
    }
    long total = Math.max(run.count(writing, shape), tally.total());
    if (job.phase().equals(Job.FIRST)) {
      firstPass(tally, total);
    }
    rest(tally);
    job.quarantined(tally);
    return tally.report();
  }

  private void firstPass(Tally tally, long total) throws SQLException {
    BatchReader reader = run.reader(reading, shape, "");
    try (ReadAhead ahead = new ReadAhead(reader, job.position());
        BatchWriter writer = new BatchWriter(writing, shape)) {
      for (Batch batch = ahead.take(); batch.rows() > 0; batch = ahead.take()) {
        lag.await();
        tally.add(batch, write(writer, batch));
        job.quarantine(batch.failures());
        job.advance(Job.FIRST, batch.last(), tally);
        run.phases().reached(Phase.BATCH_WRITTEN);
        writing.commit();
        run.phases().reached(Phase.BATCH_COMMITTED);
        run.listener().progress(shape.table().label(), tally.total(), total);
      }
    }
    job.advance(Job.REST, List.of(), tally);
    writing.commit();
    run.phases().reached(Phase.FIRST_PASS_DONE);
  }

  /** The first of its transaction. Writers that lock rows in another order may be in the way. */
  private int write(BatchWriter writer, Batch batch) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        Transactions.prepare(writing);
        return writer.write(batch.changes());
      } catch (SQLException e) {
        if (!DEADLOCK.equals(e.getSQLState()) || attempt == MOST_ATTEMPTS) {
          throw e;
        }
        writing.rollback();
      }
    }
  }

  /** Again over what others wrote meanwhile under the old key, until there is nothing left. */
  private void rest(Tally tally) throws SQLException {
    String filter =
        run.goal() == Goal.ROTATE
            ? shape.notUnder(run.ring().currentGeneration())
            : shape.hasVersion(run.options().encryptPlaintext() ? "0, 1" : "1");
    for (int pass = 1; pass <= MOST_PASSES; pass++) {
      if (isEmpty(filter) || pass(tally, filter) == 0) {
        job.advance(Job.DONE, List.of(), tally);
        writing.commit();
        return;
      }
    }
    throw new ConflictException(
        "%s: after %d passes there are still secrets to change"
            .formatted(shape.table().label(), MOST_PASSES),
        "A service still writes them the old way: give it the new key, then run this again.");
  }

  /** Far cheaper than a pass in the key's order. */
  private boolean isEmpty(String filter) throws SQLException {
    boolean empty = !filter.isEmpty() && !Run.exists(writing, shape, filter);
    writing.commit();
    return empty;
  }

  /** How many rows were to be changed. */
  private long pass(Tally tally, String filter) throws SQLException {
    long found = 0;
    BatchReader reader = run.reader(reading, shape, filter);
    try (ReadAhead ahead = new ReadAhead(reader, List.of());
        BatchWriter writer = new BatchWriter(writing, shape)) {
      for (Batch batch = ahead.take(); batch.rows() > 0; batch = ahead.take()) {
        found += batch.changes().size();
        lag.await();
        tally.addChanged(write(writer, batch));
        job.quarantine(batch.failures());
        job.advance(Job.REST, List.of(), tally);
        writing.commit();
      }
    }
    return found;
  }
}
