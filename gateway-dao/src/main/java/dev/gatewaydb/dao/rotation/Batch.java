package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.rotation.RotationReport.Failure;
import java.util.List;

/**
 * Rows read and re-encrypted together.
 *
 * @param rows how many were read
 * @param versions how many have version 0, 1 and 2
 * @param changes to be written
 * @param failures rows that don't open
 * @param last the key of the last row read; empty when there was none
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and copying would cost.
record Batch(
    int rows, long[] versions, List<Change> changes, List<Failure> failures, List<String> last) {

  /** One row's change. */
  record Change(StoredRow row, byte[] fresh, int version) {}
}
