package dev.gatewaydb.dao.key;

import java.util.Optional;

/** What is stored of a key: 32 bytes, and which pepper keyed them if one did. */
final class KeyHash {
  private final byte[] bytes;
  private final Optional<String> pepperId;

  KeyHash(byte[] bytes, Optional<String> pepperId) {
    this.bytes = bytes;
    this.pepperId = pepperId;
  }

  byte[] bytes() {
    return bytes;
  }

  Optional<String> pepperId() {
    return pepperId;
  }
}
