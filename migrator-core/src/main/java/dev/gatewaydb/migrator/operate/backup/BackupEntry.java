package dev.gatewaydb.migrator.operate.backup;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A file in a folder of backups.
 *
 * @param path of it
 * @param state what it is worth
 * @param problem why it isn't whole; empty when it is
 * @param bytes its size
 * @param manifest empty when there is none that can be read
 */
public record BackupEntry(
    Path path, State state, String problem, long bytes, Optional<BackupManifest> manifest) {
  /** What a backup is worth. */
  public enum State {
    /** As it was when it was finished, as far as its size tells; {@code verify} tells more. */
    WHOLE,
    /** In the making, by a run that goes on. */
    RUNNING,
    /** Left by a run that was killed; the next one removes it. */
    UNFINISHED,
    /** It has changed since, or its other half is gone. */
    DAMAGED,
    /** Named like a backup, with nothing that says what it is. */
    UNKNOWN;

    /** In lower case, as shown and in JSON. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether it can be restored, as far as a look tells. */
  public boolean isWhole() {
    return state == State.WHOLE;
  }
}
