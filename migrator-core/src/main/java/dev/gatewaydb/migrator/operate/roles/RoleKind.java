package dev.gatewaydb.migrator.operate.roles;

import java.util.Locale;

/** What a role is for. */
public enum RoleKind {
  /** Owns the tables and changes the schema. */
  MIGRATOR,
  /** What services connect as: reads and writes rows. */
  APPLICATION,
  /** Reads every table but the audit's. */
  READONLY,
  /** Adds audit events, through functions alone. */
  AUDIT_WRITER,
  /** Reads audit events. */
  AUDIT_READER;

  /** As in {@code gwdb.toml}: {@code audit_writer}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it exists only where there are audit schemas. */
  boolean isAudit() {
    return this == AUDIT_WRITER || this == AUDIT_READER;
  }
}
