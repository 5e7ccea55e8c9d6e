package dev.gatewaydb.dao.rotation;

import java.time.Duration;

/**
 * How a run goes about it.
 *
 * @param batchRows rows in a batch, 1 to 100000
 * @param lockTimeout how long one transaction may wait for the tables' locks, at most; 0: for ever
 * @param maxLagBytes a standby that is further behind makes an online run pause; 0: never pause
 * @param encryptPlaintext whether upgrade also encrypts rows of version 0
 */
public record RotationOptions(
    int batchRows, Duration lockTimeout, long maxLagBytes, boolean encryptPlaintext) {
  /** Batches of 5,000 rows, 10 s, 256 MiB, plaintext stays. */
  public static final RotationOptions DEFAULT =
      new RotationOptions(5_000, Duration.ofSeconds(10), 256L << 20, false);

  private static final int MOST_BATCH_ROWS = 100_000;

  /** Refuses what is out of range. */
  public RotationOptions {
    if (batchRows < 1 || batchRows > MOST_BATCH_ROWS) {
      throw new IllegalArgumentException("a batch has 1 to %d rows".formatted(MOST_BATCH_ROWS));
    }
    if (lockTimeout.isNegative() || maxLagBytes < 0) {
      throw new IllegalArgumentException("limits are not negative");
    }
  }

  /** With rows of version 0 encrypted too. */
  public RotationOptions withPlaintext() {
    return new RotationOptions(batchRows, lockTimeout, maxLagBytes, true);
  }

  /** With batches of another size. */
  public RotationOptions withBatchRows(int rows) {
    return new RotationOptions(rows, lockTimeout, maxLagBytes, encryptPlaintext);
  }

  /** With another limit for standbys. */
  public RotationOptions withMaxLagBytes(long bytes) {
    return new RotationOptions(batchRows, lockTimeout, bytes, encryptPlaintext);
  }
}
