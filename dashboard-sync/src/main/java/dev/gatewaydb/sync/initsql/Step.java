package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.ObjectId;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Some statements that belong together.
 *
 * @param id which
 * @param guard the condition under which it is executed
 * @param phase where it would like to be
 * @param sql what to execute, without semicolons
 * @param needs what must be executed before
 * @param instead the same in several steps that need less each, for when steps need each other;
 *     empty when there is no such way
 */
record Step(Id id, String guard, Phase phase, List<String> sql, Set<Id> needs, List<Step> instead) {
  static final Comparator<Step> ORDER =
      Comparator.comparing(Step::phase)
          .thenComparing(step -> step.id().object())
          .thenComparing(step -> step.id().part());

  /** For an object that was absent. */
  Step(Id id, Phase phase, List<String> sql, Set<Id> needs) {
    this(id, phase, sql, needs, List.of());
  }

  /** For an object that was absent. */
  Step(Id id, Phase phase, List<String> sql, Set<Id> needs, List<Step> instead) {
    this(id, ShapeCheck.guard(id.object()), phase, sql, needs, instead);
  }

  /**
   * Names a step.
   *
   * @param object which is created or completed
   * @param part empty for its creation
   */
  record Id(ObjectId object, String part) {
    static Id of(ObjectId object) {
      return new Id(object, "");
    }
  }
}
