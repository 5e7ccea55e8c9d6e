package dev.gatewaydb.dao;

/**
 * A secret can't be opened. Outside it is always the same message, so that nobody who probes learns
 * why; {@link #code()} is for the operator.
 */
public final class SecretException extends DaoException {
  /** Why, for logs and reports. */
  public enum Code {
    /** No bytes where an encrypted secret should be. */
    EMPTY,
    /** Fewer bytes than the format needs. */
    TRUNCATED,
    /** Doesn't start like an envelope. */
    NOT_AN_ENVELOPE,
    /** An envelope of a newer format. */
    UNKNOWN_FORMAT,
    /** An envelope with an algorithm that this release doesn't have. */
    UNKNOWN_ALGORITHM,
    /** Encrypted with a master key that was not given. */
    UNKNOWN_GENERATION,
    /** Encrypted with a master key that may not be used any more. */
    DISABLED_KEY,
    /** Wrong key, wrong row, or changed bytes: cryptography can't tell which. */
    NOT_AUTHENTIC,
    /** Not encrypted, and the caller didn't allow that. */
    PLAINTEXT,
    /** The row's encryption version is none that this release knows. */
    UNKNOWN_VERSION,
    /** Encrypted with a tenant's key, and no HKDF salt was given. */
    MISSING_SALT,
    /** Encrypted with a tenant's key, and the row names no tenant. */
    MISSING_TENANT
  }

  private final transient Code code;

  /** The reason stays inside. */
  public SecretException(Code code) {
    super(
        "the secret can't be opened", "gwdb secrets verify says which rows can't, and why.", null);
    this.code = code;
  }

  /** Why; not for those outside. */
  public Code code() {
    return code;
  }
}
