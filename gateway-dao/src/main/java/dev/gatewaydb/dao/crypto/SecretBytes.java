package dev.gatewaydb.dao.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A secret in clear. It prints as {@code ***}, compares in constant time, and {@link #close} wipes
 * it.
 */
public final class SecretBytes implements AutoCloseable {
  private final byte[] bytes;
  private volatile boolean wiped;

  private SecretBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Copies the bytes; the caller may wipe its own. May be empty. */
  public static SecretBytes of(byte[] bytes) {
    return new SecretBytes(bytes.clone());
  }

  /** The text as UTF-8. */
  public static SecretBytes ofUtf8(String text) {
    return new SecretBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Takes the bytes themselves, which nobody else may hold. */
  static SecretBytes owning(byte[] bytes) {
    return new SecretBytes(bytes);
  }

  /**
   * A copy of the secret, for the one place that uses it.
   *
   * @throws IllegalStateException after {@link #close}
   */
  public byte[] reveal() {
    return open().clone();
  }

  /** How many bytes; also after {@link #close}. */
  public int size() {
    return bytes.length;
  }

  /** The secret itself, which must not leave this package. */
  byte[] open() {
    if (wiped) {
      throw new IllegalStateException("the secret was wiped");
    }
    return bytes;
  }

  /** Overwrites the secret with zeros. */
  @Override
  public void close() {
    wiped = true;
    Arrays.fill(bytes, (byte) 0);
  }

  /** Takes the same time wherever two secrets of one size differ. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretBytes secret && MessageDigest.isEqual(open(), secret.open());
  }

  /** The same for all: a hash of a secret is a hint at it. */
  @Override
  public int hashCode() {
    return 0;
  }

  @Override
  public String toString() {
    return "***";
  }
}
