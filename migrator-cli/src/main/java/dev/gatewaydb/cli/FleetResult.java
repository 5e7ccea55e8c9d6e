package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.error.GatewayDbException;
import java.util.Locale;
import java.util.Optional;

/**
 * Where one database of a fleet stands.
 *
 * @param wave 0 for the canary
 * @param version the newest applied one, as far as it is known
 * @param report of a database that is done
 * @param onScratch whether a dry run had to go elsewhere
 * @param failure of one that failed
 */
record FleetResult(
    String name,
    int wave,
    State state,
    Optional<String> version,
    Optional<MigrateReport> report,
    boolean onScratch,
    Optional<GatewayDbException> failure) {
  enum State {
    NOT_STARTED,
    AT_WORK,
    DONE,
    FAILED;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static FleetResult waiting(String name, int wave) {
    return new FleetResult(
        name, wave, State.NOT_STARTED, Optional.empty(), Optional.empty(), false, Optional.empty());
  }

  FleetResult at(Optional<String> found) {
    return new FleetResult(name, wave, state, found, report, onScratch, failure);
  }

  FleetResult started() {
    return new FleetResult(name, wave, State.AT_WORK, version, report, onScratch, failure);
  }

  FleetResult done(MigrateReport what, boolean elsewhere) {
    return new FleetResult(
        name, wave, State.DONE, what.toVersion(), Optional.of(what), elsewhere, failure);
  }

  FleetResult failed(GatewayDbException why) {
    return new FleetResult(name, wave, State.FAILED, version, report, onScratch, Optional.of(why));
  }
}
