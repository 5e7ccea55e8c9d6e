package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.SecretException;
import java.util.List;

/**
 * What a run found and did.
 *
 * @param tables in the order given
 * @param changed whether the database was changed: false after a dry run or a roll-back
 */
public record RotationReport(List<TableReport> tables, boolean changed) {
  /** Copies the list. */
  public RotationReport {
    tables = List.copyOf(tables);
  }

  /** Secrets that don't open, in all tables. */
  public long failed() {
    return tables.stream().mapToLong(TableReport::failed).sum();
  }

  /**
   * A table's numbers.
   *
   * @param table as configured, with its column
   * @param total secrets looked at; nulls are none
   * @param v0 with version 0 before the run; {@code v1} and {@code v2} likewise
   * @param changed re-encrypted, or those that would be
   * @param failed don't open
   * @param failures the first of them
   */
  public record TableReport(
      String table,
      long total,
      long v0,
      long v1,
      long v2,
      long changed,
      long failed,
      List<Failure> failures) {
    /** Copies the list. */
    public TableReport {
      failures = List.copyOf(failures);
    }
  }

  /**
   * A secret that doesn't open.
   *
   * @param key the row's primary key, as text
   * @param reason why
   */
  public record Failure(List<String> key, SecretException.Code reason) {
    /** Copies the list. */
    public Failure {
      key = List.copyOf(key);
    }
  }
}
