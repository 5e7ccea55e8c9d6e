package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.rotation.Phases.Phase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All tables in one transaction while writers wait. All or nothing. */
final class OneTransaction {
  private final Run run;
  private final Connection writing;
  private final Connection reading;

  OneTransaction(Run run, Connection writing, Connection reading) {
    this.run = run;
    this.writing = writing;
    this.reading = reading;
  }

  RotationReport over(List<TableShape> shapes) throws SQLException {
    List<Long> totals = totals(shapes);
    Transactions.prepare(writing);
    RotationLock.forTransaction(writing);
    lock(shapes);
    run.phases().reached(Phase.LOCKED);
    List<RotationReport.TableReport> reports = new ArrayList<>();
    Set<String> written = new HashSet<>();
    for (int i = 0; i < shapes.size(); i++) {
      TableShape shape = shapes.get(i);
      // A table's second column is read behind the changes of its first, which nobody else sees.
      Connection source = written.add(shape.sqlName()) ? reading : writing;
      BatchReader reader = run.reader(source, shape, "").inItsTransaction();
      try (BatchWriter writer = new BatchWriter(writing, shape)) {
        Run.Write write = changes -> write(writer, shape, changes);
        reports.add(run.readAll(reader, shape, totals.get(i), write).report());
      }
    }
    RotationReport report = new RotationReport(reports, true);
    if (report.failed() > 0) {
      writing.rollback();
      return new RotationReport(reports, false);
    }
    run.phases().reached(Phase.BEFORE_COMMIT);
    writing.commit();
    run.phases().reached(Phase.FINISHED);
    return report;
  }

  /** For the progress alone; before the transactions, which allow no plan that counts fast. */
  private List<Long> totals(List<TableShape> shapes) throws SQLException {
    List<Long> totals = new ArrayList<>();
    for (TableShape shape : shapes) {
      totals.add(run.count(reading, shape));
    }
    reading.commit();
    return totals;
  }

  /**
   * Readers go on; writers wait, or what they write under the old key would stay. Our own reading
   * has its lock beforehand: it must not queue behind an ALTER TABLE that waits for our writing.
   */
  private void lock(List<TableShape> shapes) throws SQLException {
    Transactions.limitLockWait(writing, run.options().lockTimeout());
    Transactions.prepare(reading);
    for (TableShape shape : shapes) {
      try {
        Transactions.execute(
            writing, "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE".formatted(shape.sqlName()));
        Transactions.execute(
            reading, "LOCK TABLE %s IN ACCESS SHARE MODE NOWAIT".formatted(shape.sqlName()));
      } catch (SQLException e) {
        if ("55P03".equals(e.getSQLState())) {
          throw new ConflictException(
              "%s is in use by other transactions, after waiting for at most %d ms"
                  .formatted(shape.table().name(), run.options().lockTimeout().toMillis()),
              "Stop the services that write it, or run it with --online.");
        }
        throw e;
      }
    }
  }

  private int write(BatchWriter writer, TableShape shape, List<Batch.Change> changes)
      throws SQLException {
    int written = writer.write(changes);
    if (written != changes.size()) {
      throw new ConflictException(
          "%s: %d of %d secrets of a batch are not what was read a moment ago"
              .formatted(shape.table().label(), changes.size() - written, changes.size()),
          "A trigger or rule on the table may keep the update away.");
    }
    run.phases().reached(Phase.BATCH_WRITTEN);
    return written;
  }
}
