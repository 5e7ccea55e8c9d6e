package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.key.Authentication.Denied;
import dev.gatewaydb.dao.key.Authentication.Granted;
import java.time.Duration;
import java.util.Optional;

/** Decides about a key that was just read. */
final class KeyVerification {
  private KeyVerification() {}

  static Authentication of(Optional<KeyLookup.Found> found, Optional<Permission> required) {
    if (found.isEmpty()) {
      return denied(DenialReason.UNKNOWN);
    }
    KeyRow row = found.get().row();
    if (KeyRow.isOver(found.get().validUntil(), row.readAt())) {
      return denied(DenialReason.EXPIRED);
    }
    return switch (row.key().state()) {
      case REVOKED -> denied(DenialReason.REVOKED);
      case INACTIVE -> denied(DenialReason.INACTIVE);
      case EXPIRED -> denied(DenialReason.EXPIRED);
      case ACTIVE ->
          required.isPresent() && !row.key().permissions().allows(required.get())
              ? denied(DenialReason.FORBIDDEN)
              : new Granted(row.key());
    };
  }

  private static Denied denied(DenialReason reason) {
    return new Denied(reason, Duration.ZERO);
  }
}
