package dev.gatewaydb.dao.crypto;

import java.util.Optional;

/** What a row's secret is encrypted with. Reading follows the row; only writing is chosen. */
public enum EncryptionVersion {
  /** Nothing: the column holds the secret in clear. */
  PLAINTEXT(0),
  /** The master key itself. */
  MASTER_KEY(1),
  /** A key for each tenant, derived from the master key. */
  TENANT_KEY(2);

  private final int number;

  EncryptionVersion(int number) {
    this.number = number;
  }

  /** As it stands in the version column. */
  public int number() {
    return number;
  }

  /** The version with this number; empty when there is none. */
  public static Optional<EncryptionVersion> of(int number) {
    return number >= 0 && number < values().length
        ? Optional.of(values()[number])
        : Optional.empty();
  }
}
