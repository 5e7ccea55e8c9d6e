package dev.gatewaydb.dao.ref;

import dev.gatewaydb.dao.InvalidInputException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** An X25519 or Ed25519 public key, 32 bytes; as text, 64 hexadecimal digits. */
public final class PublicKey {
  /** How many bytes a key has. */
  public static final int BYTES = 32;

  private final byte[] bytes;

  private PublicKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Copies the bytes.
   *
   * @throws InvalidInputException when they aren't {@value #BYTES}
   */
  public static PublicKey of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new InvalidInputException(
          "a public key has %d bytes, not %d".formatted(BYTES, bytes.length));
    }
    return new PublicKey(bytes.clone());
  }

  /**
   * Reads 64 hexadecimal digits, perhaps after {@code 0x}, or base64.
   *
   * @throws InvalidInputException for anything else
   */
  public static PublicKey parse(String text) {
    return of(BinaryText.parse("a public key", text));
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PublicKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** As hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
