package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.RevertPlan;
import dev.gatewaydb.migrator.Stepper;
import dev.gatewaydb.migrator.catalog.Difference;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.SchemaDifference;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.check.CheckFinding.Check;
import dev.gatewaydb.migrator.check.CheckFinding.Level;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.UnreachableException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether each down script leads back to exactly what its up script found: on a throw-away
 * database, every reversible migration goes up, down and up again, and the schemas are compared
 * after each step; then all of them go down and up together, with callbacks and repeatable
 * migrations. Tables are empty: what scripts do to rows is not looked at, nor is the order of
 * columns, which no script can restore.
 */
public final class RoundTrip {
  private final MigrationSet migrations;
  private final MigratorOptions options;
  private final ScratchServer server;
  private final IntConsumer progress;
  private final List<CheckFinding> findings = new ArrayList<>();

  /** What was there before the newest migrations that can all be reverted. */
  private @Nullable SchemaSnapshot floor;

  /**
   * @param progress told how many migrations are done, after each
   */
  public RoundTrip(
      MigrationSet migrations,
      MigratorOptions options,
      ScratchServer server,
      IntConsumer progress) {
    this.migrations = migrations;
    this.options = options;
    this.server = server;
    this.progress = progress;
  }

  /**
   * Walks all of them; a script that doesn't run going up ends it.
   *
   * @throws dev.gatewaydb.migrator.error.FailedException when there is no scratch database
   */
  public List<CheckFinding> run() {
    try (Walk walk = new Walk(migrations, options, server)) {
      if (each(walk)) {
        all(walk);
      }
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
    return findings;
  }

  /** Returns whether all of them run. */
  private boolean each(Walk walk) throws SQLException {
    List<Migration> ordered = migrations.migrations();
    int[] done = {0};
    while (done[0] < ordered.size()) {
      int found = findings.size();
      try {
        walk.step(steps -> done[0] = stepUntilWrong(walk, steps, done[0]));
      } catch (ConfigurationException e) {
        // BEGIN and the like, in any of them.
        e.faults()
            .forEach(
                fault -> findings.add(FailedScript.finding(Check.RUN, "", "", fault, migrations)));
      }
      if (findings.stream().anyMatch(finding -> finding.check() == Check.RUN)) {
        return false;
      }
      if (findings.size() > found) {
        // Its schema is not what it should be.
        walk.startAgain(ordered.get(done[0] - 1));
      }
    }
    return true;
  }

  /** Returns how many are done. */
  private int stepUntilWrong(Walk walk, Stepper steps, int start) {
    List<Migration> ordered = migrations.migrations();
    SchemaSnapshot before = walk.snapshot();
    int done = start;
    int found = findings.size();
    while (done < ordered.size() && findings.size() == found) {
      Migration migration = ordered.get(done++);
      if (migration.reversible()) {
        if (floor == null) {
          floor = before;
        }
        before = roundTrip(walk, steps, migration, before);
      } else {
        floor = null;
        runs(Check.RUN, migration.up().path(), "", () -> steps.up(migration));
        if (done < ordered.size() && ordered.get(done).reversible()) {
          before = walk.snapshot();
        }
      }
      progress.accept(done);
    }
    return done;
  }

  /** Returns what is there at the end; where something is wrong, nobody needs it. */
  private SchemaSnapshot roundTrip(
      Walk walk, Stepper steps, Migration migration, SchemaSnapshot before) {
    String up = migration.up().path();
    String down = migration.down().orElseThrow().path();
    if (!runs(Check.RUN, up, "", () -> steps.up(migration))) {
      return before;
    }
    SchemaSnapshot after = walk.snapshot();
    if (!runs(Check.ROUND_TRIP, down, "", () -> steps.down(migration))) {
      return after;
    }
    List<Difference> remains = differences(before, walk.snapshot());
    if (!remains.isEmpty()) {
      findings.add(
          differs(
              down, "does not exactly reverse " + up, remains, "before " + up, "after " + down));
    }
    String again = "run again after %s, ".formatted(down);
    if (runs(Check.ROUND_TRIP, up, again + "fails: ", () -> steps.up(migration))
        && remains.isEmpty()) {
      List<Difference> changed = differences(after, walk.snapshot());
      if (!changed.isEmpty()) {
        findings.add(differs(up, again + "makes something else", changed, "at first", "then"));
      }
    }
    return after;
  }

  private void all(Walk walk) {
    SchemaSnapshot versioned = walk.snapshot();
    if (!runs(Check.RUN, "", "callbacks and repeatable migrations: ", walk::everything)) {
      return;
    }
    if (findings.stream().anyMatch(f -> f.check() == Check.ROUND_TRIP)) {
      // Together they can't be better than each alone.
      return;
    }
    RevertPlan plan = walk.planAll();
    if (plan.migrations().isEmpty()) {
      return;
    }
    SchemaSnapshot whole = walk.snapshot();
    String all = "all %d down scripts together".formatted(plan.migrations().size());
    if (!runs(Check.ROUND_TRIP, "", all + ", with everything applied: ", () -> walk.down(plan))) {
      return;
    }
    Set<ObjectId> others = new HashSet<>();
    SchemaDifference.between(versioned, whole)
        .differences()
        .forEach(difference -> others.add(difference.object()));
    SchemaSnapshot reverted = walk.snapshot();
    if (floor != null) {
      List<Difference> remains =
          differences(floor, reverted).stream()
              .filter(d -> !isOf(d.object(), others, reverted))
              .toList();
      if (!remains.isEmpty()) {
        findings.add(
            differs(
                "", all + " do not exactly reverse their migrations", remains, "before", "after"));
      }
    }
    if (runs(Check.ROUND_TRIP, "", "migrating again after " + all + ": ", walk::everything)) {
      List<Difference> changed = differences(whole, walk.snapshot());
      if (!changed.isEmpty()) {
        findings.add(
            differs(
                "",
                "migrating again after " + all + " makes something else",
                changed,
                "at first",
                "then"));
      }
    }
  }

  /** Whether a callback or repeatable migration made it, or what it is a part of. */
  private static boolean isOf(ObjectId id, Set<ObjectId> others, SchemaSnapshot snapshot) {
    return others.contains(id)
        || snapshot
            .find(id)
            .flatMap(object -> object.parent())
            .filter(others::contains)
            .isPresent();
  }

  private static List<Difference> differences(SchemaSnapshot expected, SchemaSnapshot actual) {
    return SchemaDifference.between(expected, actual)
        .without(difference -> difference.property().equals("column order"))
        .differences();
  }

  private interface Step {
    void take();
  }

  private boolean runs(Check check, String file, String what, Step step) {
    try {
      step.take();
      return true;
    } catch (UnreachableException e) {
      throw e;
    } catch (GatewayDbException e) {
      findings.add(
          FailedScript.finding(check, file, what, String.valueOf(e.getMessage()), migrations));
      return false;
    }
  }

  private static CheckFinding differs(
      String file, String what, List<Difference> differences, String expected, String actual) {
    StringBuilder text = new StringBuilder();
    differences.forEach(difference -> text.append(difference.toText(expected, actual)));
    return new CheckFinding(
        Check.ROUND_TRIP,
        Level.ERROR,
        file,
        0,
        what + ": " + counts(differences),
        text.toString(),
        differences);
  }

  private static String counts(List<Difference> differences) {
    List<String> words = new ArrayList<>();
    count(differences, Difference.Change.EXTRA, "left behind").ifPresent(words::add);
    count(differences, Difference.Change.MISSING, "lost").ifPresent(words::add);
    count(differences, Difference.Change.CHANGED, "changed").ifPresent(words::add);
    return String.join(", ", words);
  }

  private static Optional<String> count(
      List<Difference> differences, Difference.Change change, String word) {
    long count = differences.stream().filter(d -> d.change() == change).count();
    return count == 0 ? Optional.empty() : Optional.of(count + " " + word);
  }
}
