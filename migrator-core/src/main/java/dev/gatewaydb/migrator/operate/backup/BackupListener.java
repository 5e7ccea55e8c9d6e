package dev.gatewaydb.migrator.operate.backup;

/** Is told how a backup or a restore gets on. */
public interface BackupListener {
  /** Nobody listens. */
  BackupListener SILENT = new BackupListener() {};

  /** Something that takes a while has begun, or something worth knowing was found. */
  default void step(String what) {}

  /**
   * How far it is, about every second.
   *
   * @param bytes written or read so far; 0 when nobody knows
   * @param doing what the program says it does; may be empty
   */
  default void progress(long bytes, String doing) {}
}
