package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.operate.backup.BackupFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which folder; shared by the commands about all of one. */
final class BackupFolderOptions {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder with the backups; default backup.directory of gwdb.toml.")
  private @Nullable Path out;

  BackupFolder folder(Context context) {
    context.project().toml().requireSound();
    return new BackupFolder(path(context, out));
  }

  /**
   * The path that was given, or the project's folder.
   *
   * @throws ConfigurationException when neither is
   */
  static Path path(Context context, @Nullable Path given) {
    if (given != null) {
      return context.surroundings().directory().resolve(given);
    }
    return context
        .project()
        .backup()
        .directory()
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "no folder of backups is named",
                    "Say --out DIR, or set backup.directory in gwdb.toml."));
  }
}
