package dev.gatewaydb.dao.key;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What permissions look like. */
final class PermissionGrammar {
  static final String ANY = "*";
  static final Set<String> WORDS = Set.of("admin", "rpc", "rpc_read", "rpc_write");
  static final String RULE =
      "admin, rpc, rpc_read, rpc_write or scope:resource:action (each of a-z 0-9 _ . - and at most"
          + " 64 long)";
  static final int MOST = 64;

  private static final int SEGMENTS = 3;
  private static final int LONGEST = 3 * 64 + 2;
  private static final int MOST_FAULTS = 10;
  private static final Pattern SEGMENT = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");
  // Nothing that can be a key, or do something to a terminal.
  private static final Pattern QUOTABLE = Pattern.compile("[a-z0-9_.:*-]{1,40}");

  private PermissionGrammar() {}

  /** The segments of a {@code scope:resource:action}, or null for anything else. */
  static @Nullable List<String> segments(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    List<String> segments = List.of(text.split(":", -1));
    boolean fits =
        segments.size() == SEGMENTS
            && segments.stream().allMatch(s -> s.equals(ANY) || SEGMENT.matcher(s).matches());
    return fits ? segments : null;
  }

  static boolean isGrant(String text) {
    return WORDS.contains(text) || segments(text) != null;
  }

  /** What is wrong with grants, one line each; empty when all is well. */
  static List<String> faults(List<String> grants) {
    List<String> faults = new ArrayList<>();
    if (grants.size() > MOST) {
      faults.add("a key has at most %d permissions, not %d".formatted(MOST, grants.size()));
      return faults;
    }
    for (int i = 0; i < grants.size(); i++) {
      String grant = grants.get(i);
      if (!isGrant(grant)) {
        String shown = QUOTABLE.matcher(grant).matches() ? " (" + grant + ")" : "";
        faults.add(
            "permission %d of %d%s is not %s; a whole segment may be *"
                .formatted(i + 1, grants.size(), shown, RULE));
      }
      if (faults.size() == MOST_FAULTS) {
        faults.add("and perhaps more");
        return faults;
      }
    }
    return faults;
  }
}
