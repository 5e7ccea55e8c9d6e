package dev.gatewaydb.dao.rotation;

/** How a run changes the database. */
public enum Mode {
  /** Not at all: says what it would change. */
  DRY_RUN,
  /** All tables in one transaction; writers wait until it ends. All or nothing. */
  ONE_TRANSACTION,
  /** In batches, each a transaction, while writers go on. Killed, it goes on where it was. */
  ONLINE
}
