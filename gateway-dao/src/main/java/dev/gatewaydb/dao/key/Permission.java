package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.InvalidInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs: {@code admin}, {@code rpc}, {@code rpc_read}, {@code rpc_write}, or {@code
 * scope:resource:action} of three segments. Make one for each kind of request and keep it.
 */
public final class Permission {
  /** Everything. */
  public static final Permission ADMIN = new Permission("admin", List.of());

  /** Reading and writing. */
  public static final Permission RPC = new Permission("rpc", List.of());

  /** Calls that change nothing. */
  public static final Permission RPC_READ = new Permission("rpc_read", List.of());

  /** Calls that change something. */
  public static final Permission RPC_WRITE = new Permission("rpc_write", List.of());

  private static final List<Permission> WORDS = List.of(ADMIN, RPC, RPC_READ, RPC_WRITE);

  private final String text;
  private final List<String> segments;

  private Permission(String text, List<String> segments) {
    this.text = text;
    this.segments = segments;
  }

  /**
   * Reads one.
   *
   * @throws InvalidInputException when it breaks the grammar, also for {@code *}, which only grants
   *     may hold
   */
  public static Permission of(String text) {
    for (Permission word : WORDS) {
      if (word.text.equals(text)) {
        return word;
      }
    }
    @Nullable List<String> segments = PermissionGrammar.segments(text);
    if (segments == null || segments.contains(PermissionGrammar.ANY)) {
      throw new InvalidInputException(
          "a needed permission is %s, without *".formatted(PermissionGrammar.RULE));
    }
    return new Permission(text, segments);
  }

  /** The three segments; empty for a word. */
  List<String> segments() {
    return segments;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Permission permission && text.equals(permission.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was given. */
  @Override
  public String toString() {
    return text;
  }
}
