package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.rotation.RotationReport.Failure;
import dev.gatewaydb.dao.rotation.RotationReport.TableReport;
import java.util.ArrayList;
import java.util.List;

/** Counts while a table is read. */
final class Tally {
  static final int MOST_FAILURES = 20;

  private final String table;
  private final long[] versions = new long[3];
  private long total;
  private long changed;
  private long failed;
  private final List<Failure> failures = new ArrayList<>();

  Tally(String table) {
    this.table = table;
  }

  void add(Batch batch, long changedRows) {
    for (int version = 0; version < versions.length; version++) {
      versions[version] += batch.versions()[version];
    }
    total += batch.rows();
    changed += changedRows;
    batch.failures().forEach(this::failed);
  }

  /** From an earlier run that was stopped. */
  void restore(long rows, List<Long> counted, long changedRows) {
    for (int version = 0; version < versions.length; version++) {
      versions[version] = counted.get(version);
    }
    total = rows;
    changed = changedRows;
  }

  /** Changes of a later pass, whose rows were counted in the first. */
  void addChanged(long rows) {
    changed += rows;
  }

  void failed(Failure failure) {
    failed++;
    if (failures.size() < MOST_FAILURES) {
      failures.add(failure);
    }
  }

  void replaceFailures(List<Failure> first, long all) {
    failures.clear();
    failures.addAll(first);
    failed = all;
  }

  long[] versions() {
    return versions.clone();
  }

  long total() {
    return total;
  }

  long changed() {
    return changed;
  }

  long failed() {
    return failed;
  }

  TableReport report() {
    return new TableReport(
        table, total, versions[0], versions[1], versions[2], changed, failed, failures);
  }
}
