package dev.gatewaydb.dao.rotation;

/** Told where a run is; tests stop it there. */
interface Phases {
  enum Phase {
    /** The lock is held and nothing else is done. */
    LOCKED,
    /** A batch is written, and not committed. */
    BATCH_WRITTEN,
    /** A batch is committed; only online. */
    BATCH_COMMITTED,
    /** Everything is written, and not committed; only in one transaction. */
    BEFORE_COMMIT,
    /** The first pass is over, what came in meanwhile is looked at next; only online. */
    FIRST_PASS_DONE,
    /** Everything is committed. */
    FINISHED
  }

  void reached(Phase phase);
}
