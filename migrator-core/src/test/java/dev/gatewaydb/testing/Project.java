package dev.gatewaydb.testing;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** A migrations folder in the making. */
public final class Project {
  private final Path folder;

  /**
   * @param folder made when absent
   */
  public Project(Path folder) {
    this.folder = folder;
  }

  /** Where the files lie. */
  public Path folder() {
    return folder;
  }

  /** Writes a file, in a sub-folder if the name has one. */
  public Project with(String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a file. */
  public Project without(String name) {
    try {
      Files.delete(folder.resolve(name));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the files. */
  public MigrationSet set() {
    return MigrationSet.read(folder);
  }

  /** Our migrator with its defaults. */
  public Migrator migrator(ScratchDatabase db) {
    return new Migrator(db.dataSource(), set());
  }

  /** Flyway as somebody would use it without us, on the same files. */
  public Flyway stockFlyway(ScratchDatabase db) {
    return configure(db.dataSource()).load();
  }

  /** Its configuration, for more settings. */
  public FluentConfiguration configure(DataSource source) {
    return Flyway.configure()
        .loggers("slf4j")
        .dataSource(source)
        .locations("filesystem:" + folder)
        .placeholderReplacement(false);
  }
}
