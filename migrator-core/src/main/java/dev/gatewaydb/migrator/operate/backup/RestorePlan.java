package dev.gatewaydb.migrator.operate.backup;

import java.util.List;
import java.util.Optional;

/** A restore that nothing stands in the way of. */
public final class RestorePlan {
  private final DumpFile file;
  private final Optional<BackupManifest> manifest;
  private final PgPrograms.Program program;
  private final RestoreOptions how;
  private final Target target;
  private final List<String> notes;

  /**
   * What the database is now.
   *
   * @param tables how many it has
   * @param empty whether it holds nothing at all
   * @param inPlace whether it can't be replaced, and has to be filled itself
   */
  record Target(long tables, boolean empty, boolean inPlace) {}

  RestorePlan(
      DumpFile file,
      Optional<BackupManifest> manifest,
      PgPrograms.Program program,
      RestoreOptions how,
      Target target,
      List<String> notes) {
    this.file = file;
    this.manifest = manifest;
    this.program = program;
    this.how = how;
    this.target = target;
    this.notes = List.copyOf(notes);
  }

  DumpFile file() {
    return file;
  }

  PgPrograms.Program program() {
    return program;
  }

  RestoreOptions how() {
    return how;
  }

  /** The backup's; empty when it has none. */
  public Optional<BackupManifest> manifest() {
    return manifest;
  }

  /** Whether the database holds nothing, so that nothing is lost. */
  public boolean isEmpty() {
    return target.empty();
  }

  /** How many tables the database has now. */
  public long tables() {
    return target.tables();
  }

  /** Whether it is filled itself, since the role may not create another one. */
  public boolean inPlace() {
    return target.inPlace();
  }

  /** Whether it is SQL, which does whatever it says with the rights of the role that logs in. */
  public boolean isSql() {
    return !file.archive();
  }

  /** What people should know before they say yes. */
  public List<String> notes() {
    return notes;
  }
}
