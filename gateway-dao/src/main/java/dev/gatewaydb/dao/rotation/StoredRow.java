package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.crypto.EncryptionVersion;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row as read.
 *
 * @param key its columns as text
 * @param place the row version's ctid
 * @param since the row version's xmin: with the place, what tells it from any other
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and copying would cost.
record StoredRow(
    List<String> key,
    Optional<String> tenant,
    @Nullable Integer version,
    byte[] secret,
    String place,
    String since) {
  boolean inClear() {
    return version != null && version == EncryptionVersion.PLAINTEXT.number();
  }
}
