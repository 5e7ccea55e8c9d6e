package dev.gatewaydb.migrator.connect;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A password. It prints as {@code ***}; only {@link #reveal()} gives the text. */
public final class Secret {
  private final String text;

  private Secret(String text) {
    this.text = text;
  }

  /**
   * Wraps a password.
   *
   * @throws IllegalArgumentException when it is empty or holds a NUL, which PostgreSQL can't take
   */
  public static Secret of(String text) {
    Objects.requireNonNull(text, "text");
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a password is not empty and holds no NUL character");
    }
    return new Secret(text);
  }

  /** The password itself: for the driver and for a URL that a person asked for, never for a log. */
  public String reveal() {
    return text;
  }

  /** Whether {@code other} holds this password somewhere; for redaction. */
  boolean isIn(String other) {
    return other.contains(text);
  }

  /** {@code other} with {@code ***} wherever this password stood. */
  String redactIn(String other) {
    return other.replace(text, "***");
  }

  /** Equality that takes the same time wherever the two differ. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Secret secret
        && MessageDigest.isEqual(
            text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for all: a hash of a password is a hint at it. */
  @Override
  public int hashCode() {
    return 0;
  }

  @Override
  public String toString() {
    return "***";
  }
}
