package dev.gatewaydb.dao.crypto;

/** The bytes that a column holds. */
public enum SecretFormat {
  /** Ours: names algorithm and key, and is bound to its row. */
  ENVELOPE,
  /**
   * SilentPulse's: nonce (12) ‖ ciphertext ‖ tag (16) of AES-256-GCM. Not bound to its row, and
   * only trying tells which key it needs.
   */
  SILENTPULSE
}
