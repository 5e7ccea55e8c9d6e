package dev.gatewaydb.dao.rotation;

/** What a run is to reach. */
public enum Goal {
  /** Nothing but the proof that every secret opens. */
  VERIFY,
  /** Every secret of version 1 under its tenant's key, version 2. */
  UPGRADE,
  /** Every secret under the current master key, with the version that it has. */
  ROTATE
}
