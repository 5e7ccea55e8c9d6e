package dev.gatewaydb.cli;

import dev.gatewaydb.cli.config.ProjectFile;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.MigrationFile;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds a project's prerequisites: the file that gwdb.toml names, or the one that lies around. */
record PrerequisitesFile(ProjectFile project) {
  MigrationSet with(MigrationSet migrations) {
    return project
        .migrations()
        .prerequisites()
        .or(this::lyingAround)
        .map(file -> with(migrations, root(), file))
        .orElse(migrations);
  }

  private Path root() {
    return project.path().map(Path::getParent).orElse(Path.of(""));
  }

  /** Where nobody has named one. */
  Optional<Path> lyingAround() {
    List<Path> found =
        project.migrations().directory().stream()
            .flatMap(folder -> Stream.of(folder, folder.resolveSibling(""), root()))
            .map(folder -> folder.resolve(MigrationSet.PREREQUISITES).normalize())
            .distinct()
            .filter(Files::exists)
            .toList();
    if (found.size() > 1) {
      throw new ConfigurationException(
          "there are several prerequisites files: " + found,
          "Name the right one in gwdb.toml as migrations.prerequisites.");
    }
    return found.stream().findFirst();
  }

  private static MigrationSet with(MigrationSet migrations, Path root, Path file) {
    Path shown = file.startsWith(root) ? root.relativize(file) : file;
    return migrations.withPrerequisites(MigrationFile.read(file, shown.toString()));
  }
}
