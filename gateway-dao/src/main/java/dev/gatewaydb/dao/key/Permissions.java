package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.InvalidInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a key is granted: {@code rpc} grants reading and writing, {@code admin} everything, {@code
 * *} any value of that segment. Immutable.
 */
public final class Permissions {
  private final List<String> grants;
  private final Set<String> exact;
  private final List<List<String>> patterns;
  private final boolean admin;

  private Permissions(List<String> grants) {
    this.grants = List.copyOf(new LinkedHashSet<>(grants));
    this.exact = new HashSet<>();
    this.patterns = new ArrayList<>();
    for (String grant : this.grants) {
      @Nullable List<String> segments = PermissionGrammar.segments(grant);
      if (PermissionGrammar.WORDS.contains(grant)) {
        exact.add(grant);
      } else if (segments != null && segments.contains(PermissionGrammar.ANY)) {
        patterns.add(segments);
      } else if (segments != null) {
        exact.add(grant);
      }
    }
    this.admin = exact.contains("admin");
    if (exact.contains("rpc") || exact.containsAll(Set.of("rpc_read", "rpc_write"))) {
      exact.addAll(Set.of("rpc", "rpc_read", "rpc_write"));
    }
  }

  /**
   * Takes at most 64 grants that fit the grammar; doubles count once.
   *
   * @throws InvalidInputException with everything that is wrong
   */
  public static Permissions of(List<String> grants) {
    List<String> faults = PermissionGrammar.faults(grants);
    if (!faults.isEmpty()) {
      throw new InvalidInputException(faults);
    }
    return new Permissions(grants);
  }

  /** As {@link #of(List)}. */
  public static Permissions of(String... grants) {
    return of(List.of(grants));
  }

  /** What others wrote into the database: entries that break the grammar grant nothing. */
  static Permissions stored(List<String> grants) {
    return new Permissions(grants);
  }

  /** Whether a request that needs this permission may go on. */
  public boolean allows(Permission needed) {
    return admin || exact.contains(needed.toString()) || matchesPattern(needed.segments());
  }

  private boolean matchesPattern(List<String> segments) {
    for (int i = 0; i < patterns.size(); i++) {
      if (!segments.isEmpty() && matches(patterns.get(i), segments)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(List<String> pattern, List<String> segments) {
    for (int i = 0; i < pattern.size(); i++) {
      if (!pattern.get(i).equals(PermissionGrammar.ANY)
          && !pattern.get(i).equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The grants, in their order. */
  public List<String> toList() {
    return grants;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Permissions permissions && grants.equals(permissions.grants);
  }

  @Override
  public int hashCode() {
    return grants.hashCode();
  }

  @Override
  public String toString() {
    return String.join(" ", grants);
  }
}
