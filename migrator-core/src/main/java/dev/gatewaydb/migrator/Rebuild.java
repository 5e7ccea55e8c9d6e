package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Clears a database and migrates it from the start, in one transaction as far as that can be. */
final class Rebuild {
  private final Sessions sessions;
  private final Migrator.Part clear;
  private final Migrator.Part finish;
  private final Instant start = Instant.now();

  Rebuild(Sessions sessions, Migrator.Part clear, Migrator.Part finish) {
    this.sessions = sessions;
    this.clear = clear;
    this.finish = finish;
  }

  MigrateReport run() {
    List<Connection> physical = new ArrayList<>();
    Sessions inOneTransaction =
        sessions.wrapped(
            connection -> {
              physical.add(connection);
              return DryRunConnection.over(connection);
            });
    Optional<MigrateReport> whole =
        inOneTransaction.locked(
            session -> {
              inTransaction(session, clear);
              MigrationStatus cleared = session.engine().status();
              ForwardPlan plan = ForwardPlan.of(cleared, sessions.migrations(), Optional.empty());
              Optional<MigrateReport> report = Optional.empty();
              if (plan.canRollBack()) {
                report = Optional.of(session.migrate(Optional.empty(), start));
                inTransaction(session, finish);
              } else if (plan.lastBeforeOutside().isPresent()) {
                session.migrate(plan.lastBeforeOutside(), start);
              }
              physical.getFirst().commit();
              return report;
            });
    return whole.orElseGet(this::rest);
  }

  private MigrateReport rest() {
    try {
      sessions.locked(session -> session.migrate(Optional.empty(), start));
      return sessions.connected(
          session -> {
            inTransaction(session, finish);
            MigrationStatus status = session.engine().status();
            return new MigrateReport(
                status.entries().stream()
                    .filter(entry -> MigrationStatus.isApplied(entry.state()))
                    .map(
                        entry ->
                            new MigrateReport.Applied(
                                entry.version(), entry.description(), Duration.ZERO))
                    .toList(),
                Optional.empty(),
                status.currentVersion(),
                status.pending().size(),
                Duration.between(start, Instant.now()));
          });
    } catch (GatewayDbException e) {
      throw new NeedsPersonException(
          "what was there is dropped, but not everything is made anew: " + e.getMessage(),
          "Remove the cause, then run this again. " + e.nextStep(),
          e);
    }
  }

  private static void inTransaction(MigrationSession session, Migrator.Part part)
      throws SQLException {
    Transaction.run(session.connection(), () -> part.run(session.connection()));
  }
}
