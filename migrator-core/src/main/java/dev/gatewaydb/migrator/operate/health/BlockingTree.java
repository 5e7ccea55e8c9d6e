package dev.gatewaydb.migrator.operate.health;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who waits for whom. */
final class BlockingTree {
  private final Map<String, HealthRow> sessions = new HashMap<>();
  private final Map<String, List<String>> waiting = new HashMap<>();
  private final Set<String> roots = new LinkedHashSet<>();

  BlockingTree(List<HealthRow> rows) {
    rows.forEach(row -> sessions.put(row.text("pid"), row));
    for (HealthRow row : rows) {
      for (String blocker : blockers(row)) {
        waiting.computeIfAbsent(blocker, b -> new ArrayList<>()).add(row.text("pid"));
        @Nullable HealthRow itself = sessions.get(blocker);
        if (itself == null || blockers(itself).isEmpty()) {
          roots.add(blocker);
        }
      }
    }
  }

  private static List<String> blockers(HealthRow row) {
    String text = row.text("blockedBy");
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }

  /** One for each session that blocks others and is blocked by nobody itself. */
  void findings(Consumer<HealthFinding> add) {
    for (String root : roots) {
      Set<String> seen = new HashSet<>();
      StringBuilder tree = new StringBuilder();
      print(root, 0, seen, tree);
      int blocked = seen.size() - 1;
      add.accept(
          new HealthFinding(
              false,
              "blocked",
              "%s waits for pid %s:%s"
                  .formatted(blocked == 1 ? "1 session" : blocked + " sessions", root, tree),
              root.equals("0")
                  ? "A prepared transaction: ROLLBACK PREPARED or COMMIT PREPARED it; see"
                      + " pg_prepared_xacts."
                  : "SELECT pg_terminate_backend(%s) ends the one that holds the lock."
                      .formatted(root)));
    }
  }

  private void print(String pid, int depth, Set<String> seen, StringBuilder tree) {
    if (!seen.add(pid)) {
      return;
    }
    @Nullable HealthRow row = sessions.get(pid);
    tree.append('\n').append("  ".repeat(depth + 1)).append("pid ").append(pid);
    if (row != null) {
      tree.append(
              " (%s, %s, %s)"
                  .formatted(
                      row.text("application").isEmpty()
                          ? row.text("user")
                          : row.text("application"),
                      row.text("state"),
                      HealthRules.time(row.number("stateSeconds"))))
          .append(": ")
          .append(row.text("query"));
    }
    waiting.getOrDefault(pid, List.of()).forEach(child -> print(child, depth + 1, seen, tree));
  }
}
