package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The versioned migrations that are to be applied, read and found sound before any of them runs.
 *
 * @param steps in this order
 */
record ForwardPlan(List<Step> steps) {
  /**
   * One of them.
   *
   * @param entry as the status has it
   * @param outside whether it runs outside a transaction
   */
  record Step(Migration migration, MigrationStatus.Entry entry, Script script, boolean outside) {}

  /**
   * @param target the last version; empty for all
   */
  static ForwardPlan of(MigrationStatus before, MigrationSet migrations, Optional<String> target) {
    Map<String, MigrationStatus.Entry> pending = new HashMap<>();
    before.pending().forEach(e -> e.version().ifPresent(version -> pending.put(version, e)));
    List<Step> steps = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (Migration migration : target.map(migrations::upTo).orElse(migrations).migrations()) {
      MigrationStatus.Entry entry = pending.get(migration.version());
      if (entry != null) {
        Script script = Script.parse(migration.up(), migrations);
        steps.add(new Step(migration, entry, script, runsOutside(script, migrations, faults)));
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(
          faults,
          "Remove BEGIN and COMMIT: each migration is one transaction already. A file that must run"
              + " outside one says so in its first line: -- no-transaction");
    }
    return new ForwardPlan(steps);
  }

  private static boolean runsOutside(Script script, MigrationSet migrations, List<String> faults) {
    boolean asked = migrations.runsOutsideTransaction(script.file());
    faults.addAll(script.faults(asked));
    if (migrations.layout() == Layout.FLYWAY) {
      // Flyway runs these files too, here where there are callbacks, and as they are.
      script.begin().ifPresent(begin -> faults.add(script.endsTransaction(begin)));
    }
    return script.runsOutside(asked);
  }

  /** Whether everything in it can run inside one transaction. */
  boolean canRollBack() {
    return steps.stream().noneMatch(Step::outside);
  }

  /** The version before the first one that runs outside a transaction. */
  Optional<String> lastBeforeOutside() {
    @Nullable String last = null;
    for (Step step : steps) {
      if (step.outside()) {
        break;
      }
      last = step.migration().version();
    }
    return Optional.ofNullable(last);
  }

  /** Without those after the last one that runs outside a transaction. */
  ForwardPlan upToLastOutside() {
    int end = steps.size();
    while (end > 0 && !steps.get(end - 1).outside()) {
      end--;
    }
    return new ForwardPlan(steps.subList(0, end));
  }
}
