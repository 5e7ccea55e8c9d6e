package dev.gatewaydb.dao.rotation;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A row as read: the key's columns as text, and what is in the others, and its ctid. */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and copying would cost.
record StoredRow(
    List<String> key,
    Optional<String> tenant,
    @Nullable Integer version,
    byte[] secret,
    String place) {}
