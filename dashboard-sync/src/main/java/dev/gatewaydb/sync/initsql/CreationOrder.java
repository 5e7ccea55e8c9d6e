package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.error.FailedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/** Sorts steps so that each comes after what it needs; always in the same way. */
final class CreationOrder {
  private final Set<Step.Id> waitingIds = new HashSet<>();
  private final Set<Step> blocked = new TreeSet<>(Step.ORDER);
  private final Map<Step.Id, List<Step>> waitingFor = new HashMap<>();
  private final PriorityQueue<Step> ready = new PriorityQueue<>(Step.ORDER);
  private final List<Step> sorted = new ArrayList<>();

  private CreationOrder() {}

  static List<Step> of(Collection<Step> steps) {
    CreationOrder order = new CreationOrder();
    steps.forEach(step -> order.waitingIds.add(step.id()));
    steps.forEach(order::add);
    order.run();
    return order.sorted;
  }

  private void add(Step step) {
    Set<Step.Id> open = openNeeds(step);
    if (open.isEmpty()) {
      ready.add(step);
    } else {
      blocked.add(step);
      open.forEach(need -> waitingFor.computeIfAbsent(need, n -> new ArrayList<>()).add(step));
    }
  }

  private Set<Step.Id> openNeeds(Step step) {
    Set<Step.Id> open = new HashSet<>(step.needs());
    open.retainAll(waitingIds);
    open.remove(step.id());
    return open;
  }

  private void run() {
    while (!ready.isEmpty() || !blocked.isEmpty()) {
      if (ready.isEmpty()) {
        breakCycle();
      }
      Step step = ready.remove();
      sorted.add(step);
      waitingIds.remove(step.id());
      for (Step next : waitingFor.getOrDefault(step.id(), List.of())) {
        if (blocked.contains(next) && openNeeds(next).isEmpty()) {
          blocked.remove(next);
          ready.add(next);
        }
      }
    }
  }

  /** Does one thing in two steps, of which the first can be done now. */
  private void breakCycle() {
    Optional<Step> breakable =
        blocked.stream()
            .filter(
                step -> !step.instead().isEmpty() && openNeeds(step.instead().getFirst()).isEmpty())
            .findFirst();
    if (breakable.isEmpty()) {
      throw new FailedException(
          "these need each other, in a way that no order of statements can create: "
              + String.join(
                  ", ", blocked.stream().map(step -> step.id().object().toString()).toList()),
          "Leave one of them out.",
          null);
    }
    Step step = breakable.get();
    blocked.remove(step);
    step.instead().forEach(part -> waitingIds.add(part.id()));
    step.instead().forEach(this::add);
  }
}
