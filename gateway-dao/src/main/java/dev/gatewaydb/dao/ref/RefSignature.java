package dev.gatewaydb.dao.ref;

import com.google.crypto.tink.subtle.Ed25519Verify;
import dev.gatewaydb.dao.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A sender's Ed25519 signature (RFC 8032) of an upload. */
public final class RefSignature {
  /** How many bytes it has. */
  public static final int BYTES = 64;

  private static final byte[] PURPOSE =
      "gateway-db encrypted reference v1".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;
  private final Optional<PublicKey> senderKey;

  private RefSignature(byte[] bytes, Optional<PublicKey> senderKey) {
    this.bytes = bytes;
    this.senderKey = senderKey;
  }

  /**
   * A signature.
   *
   * @param senderKey to verify it with before anything is stored; empty: it is stored unverified
   * @throws InvalidInputException when it hasn't {@value #BYTES} bytes
   */
  public static RefSignature of(byte[] bytes, Optional<PublicKey> senderKey) {
    if (bytes.length != BYTES) {
      throw new InvalidInputException(
          "a signature has %d bytes, not %d".formatted(BYTES, bytes.length));
    }
    return new RefSignature(bytes.clone(), senderKey);
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /**
   * What is signed: each after its length as four bytes, most significant first, the purpose {@code
   * gateway-db encrypted reference v1}, sender (20 bytes), policy client (20), recipient (32),
   * seconds to live as eight bytes (0: no end), and the envelope as it is sent.
   */
  public static byte[] canonicalForm(
      RefScope scope, RefEnvelope envelope, Optional<Duration> timeToLive) {
    byte[] seconds =
        ByteBuffer.allocate(Long.BYTES)
            .putLong(timeToLive.map(Duration::toSeconds).orElse(0L))
            .array();
    List<byte[]> parts =
        List.of(
            PURPOSE,
            scope.sender().bytes(),
            scope.policyClient().bytes(),
            scope.recipient().bytes(),
            seconds,
            envelope.bytes());
    ByteBuffer form =
        ByteBuffer.allocate(parts.stream().mapToInt(p -> Integer.BYTES + p.length).sum());
    parts.forEach(part -> form.putInt(part.length).put(part));
    return form.array();
  }

  /** Refuses a wrong signature, where there is a key to tell. */
  void verify(RefScope scope, RefEnvelope envelope, Optional<Duration> timeToLive) {
    if (senderKey.isEmpty()) {
      return;
    }
    try {
      new Ed25519Verify(senderKey.get().bytes())
          .verify(bytes, canonicalForm(scope, envelope, timeToLive));
    } catch (GeneralSecurityException e) {
      throw new InvalidInputException("the signature is not the sender's for this upload");
    }
  }
}
