package dev.gatewaydb.migrator.operate.health;

import java.time.Duration;

/**
 * From where on something is worth a word. Percentages are 0 to 100, but for the rate's.
 *
 * @param connections of max_connections
 * @param disk of the volume that holds the data
 * @param replicationLagWarning how far a standby may be behind
 * @param replicationLagCritical the same
 * @param rateIncrease how many percent more transactions per second than usual
 * @param longQuery how long a statement may run
 * @param idleInTransaction how long a session may do nothing in an open transaction
 * @param deadRows of a table's rows, from 10,000 dead ones on
 * @param bloat of a table's size that is estimated to be air, from 100 MB of it on
 * @param sequences of the values that a sequence or its column can have
 * @param transactionAge of the 2³¹ transactions after which PostgreSQL stops writing
 * @param cacheHit least share of blocks that are found in shared_buffers
 * @param unusedIndexAfter how long statistics must have been kept before an index counts as unused
 */
public record HealthThresholds(
    Levels connections,
    Levels disk,
    Duration replicationLagWarning,
    Duration replicationLagCritical,
    int rateIncrease,
    Duration longQuery,
    Duration idleInTransaction,
    int deadRows,
    int bloat,
    Levels sequences,
    Levels transactionAge,
    int cacheHit,
    Duration unusedIndexAfter) {
  /** Two limits in percent. */
  public record Levels(int warning, int critical) {}

  /** Connections, lag, disk and rate as Rack Gateway's guide has them. */
  public static final HealthThresholds DEFAULT =
      new HealthThresholds(
          new Levels(70, 90),
          new Levels(70, 85),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          200,
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          20,
          50,
          new Levels(75, 90),
          new Levels(40, 70),
          90,
          Duration.ofDays(7));
}
