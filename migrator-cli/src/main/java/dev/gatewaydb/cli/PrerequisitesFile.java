package dev.gatewaydb.cli;

import dev.gatewaydb.cli.config.ProjectFile;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.MigrationFile;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Finds a project's prerequisites: the file that gwdb.toml names, or the one that lies around. */
record PrerequisitesFile(ProjectFile project) {
  MigrationSet with(MigrationSet migrations) {
    Path root = project.path().map(Path::getParent).orElse(Path.of(""));
    if (project.migrations().prerequisites().isPresent()) {
      return with(migrations, root, project.migrations().prerequisites().get());
    }
    List<Path> found =
        project.migrations().directory().stream()
            .flatMap(folder -> Stream.of(folder, folder.resolveSibling(""), root))
            .map(folder -> folder.resolve(MigrationSet.PREREQUISITES).normalize())
            .distinct()
            .filter(Files::exists)
            .toList();
    if (found.size() > 1) {
      throw new ConfigurationException(
          "there are several prerequisites files: " + found,
          "Name the right one in gwdb.toml as migrations.prerequisites.");
    }
    return found.isEmpty() ? migrations : with(migrations, root, found.getFirst());
  }

  private static MigrationSet with(MigrationSet migrations, Path root, Path file) {
    Path shown = file.startsWith(root) ? root.relativize(file) : file;
    return migrations.withPrerequisites(MigrationFile.read(file, shown.toString()));
  }
}
