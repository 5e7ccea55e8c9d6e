package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Takes single migrations up and down, each with its history row, in one session: for checks on
 * throw-away databases. A failure of a script leaves it usable. Ends with {@link Migrator#step}.
 */
public final class Stepper {
  private final Map<String, ForwardPlan.Step> ups = new HashMap<>();
  private final MigrationSet migrations;
  private final Forward forward;
  private final Backward backward;
  private final LockRetries retries;

  Stepper(
      ForwardPlan plan,
      MigrationSet migrations,
      Forward forward,
      Backward backward,
      LockRetries retries) {
    plan.steps().forEach(step -> ups.put(step.migration().version(), step));
    this.migrations = migrations;
    this.forward = forward;
    this.backward = backward;
    this.retries = retries;
  }

  /**
   * Applies one that is not applied now, and was not when the session began.
   *
   * @throws dev.gatewaydb.migrator.error.FailedException when it fails and is rolled back
   * @throws dev.gatewaydb.migrator.error.NeedsPersonException when it failed outside a transaction
   */
  public void up(Migration migration) {
    try {
      forward.step(Objects.requireNonNull(ups.get(migration.version()), migration.version()));
    } catch (SQLException e) {
      throw MigrationFailure.ofOwn(e);
    }
  }

  /**
   * Reverts one that is applied; throws as {@link #up}.
   *
   * @throws dev.gatewaydb.migrator.error.ConfigurationException for BEGIN or COMMIT in its script
   */
  public void down(Migration migration) {
    try {
      backward.run(Backward.plan(List.of(migration.version()), migrations), retries);
    } catch (SQLException e) {
      throw MigrationFailure.ofOwn(e);
    }
  }
}
