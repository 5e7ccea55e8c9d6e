package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A migrations folder: its files, and what is wrong with them, collected. */
final class FolderFiles {
  /** Where goose, dbmate and sql-migrate begin the way back in the same file. */
  private static final Pattern WAY_BACK =
      Pattern.compile(
          "^--\\s*(?:\\+goose\\s+Down|\\+migrate\\s+Down|migrate:down)\\b",
          Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  private final Path folder;
  private final Predicate<String> isMigration;
  private final List<String> faults = new ArrayList<>();
  private final List<String> ignored = new ArrayList<>();
  private Path root;

  /**
   * @param isMigration whether a name is one that only a file should have
   */
  FolderFiles(Path folder, Predicate<String> isMigration) {
    this.folder = folder;
    this.root = folder;
    this.isMigration = isMigration;
  }

  /** Paths of regular files, sorted; hidden folders, as version control's, are not looked into. */
  List<String> paths() {
    if (!Files.isDirectory(folder)) {
      throw new ConfigurationException(
          "migrations folder " + folder + " is not there",
          "Create it, or name the right one in gwdb.toml.");
    }
    List<String> paths = new ArrayList<>();
    try {
      // A link that stands for the whole folder is followed; links in it are looked at one by one.
      root = folder.toRealPath();
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(
                Path directory, BasicFileAttributes attributes) {
              return visitFolder(directory);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isSymbolicLink()) {
                faultOfLink(file).ifPresent(fault -> fault(relative(file), fault));
              }
              if (Files.isRegularFile(file)) {
                paths.add(relative(file));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              fault(relative(file), "can't be read: " + reason(e));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new ConfigurationException(
          "migrations folder " + folder + " can't be read: " + reason(e), "Check its permissions.");
    }
    Collections.sort(paths);
    return paths;
  }

  private FileVisitResult visitFolder(Path directory) {
    String path = relative(directory);
    if (path.isEmpty()) {
      return FileVisitResult.CONTINUE;
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (name.startsWith(".")) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    if (isMigration.test(name)) {
      fault(path, "is a folder");
    }
    return FileVisitResult.CONTINUE;
  }

  /**
   * What a link leads to can change without the folder changing: only links inside it are sound.
   */
  private Optional<String> faultOfLink(Path link) {
    try {
      Path target = link.toRealPath();
      if (Files.isDirectory(target)) {
        return relative(link).startsWith(".")
            ? Optional.empty()
            : Optional.of("is a link to a folder; put the files here");
      }
      return target.startsWith(root)
          ? Optional.empty()
          : Optional.of("is a link that leads out of the folder; put the file here");
    } catch (IOException e) {
      return Optional.of("is a link that leads nowhere");
    }
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }

  private String relative(Path file) {
    return file.startsWith(root) ? root.relativize(file).toString().replace('\\', '/') : "" + file;
  }

  /** The file's text; empty when that has a fault. */
  Optional<MigrationFile> read(String path) {
    try {
      byte[] bytes = Files.readAllBytes(root.resolve(path));
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return Optional.of(MigrationFile.of(path, text));
    } catch (CharacterCodingException e) {
      fault(path, "not UTF-8");
    } catch (IOException e) {
      fault(path, "can't be read: " + reason(e));
    }
    return Optional.empty();
  }

  /** A file with SQL to run; empty when something in it has a fault. */
  Optional<MigrationFile> readSql(String path) {
    Optional<MigrationFile> file = read(path);
    int before = faults.size();
    file.map(MigrationFile::text).ifPresent(text -> check(path, text));
    return faults.size() == before ? file : Optional.empty();
  }

  private void check(String path, String text) {
    if (text.indexOf('\0') >= 0) {
      fault(path, "holds a NUL character, which PostgreSQL can't take; is it text?");
    }
    if (WAY_BACK.matcher(text).find()) {
      fault(
          path,
          "holds its way back too, as goose and dbmate have it, which would run right after the way"
              + " there; put that into a file of its own");
    }
  }

  /** A forward script has to do something, or say in a comment why not. */
  void requireContent(MigrationFile file) {
    if (file.text().isBlank()) {
      fault(file.path(), "is empty; where nothing is to be done, a comment says why");
    }
  }

  void fault(String path, String what) {
    faults.add(path + ": " + what);
  }

  void ignore(String path) {
    ignored.add(path);
  }

  /** What is not ours, sorted. */
  List<String> ignored() {
    return ignored.stream().sorted().toList();
  }

  /**
   * @throws ConfigurationException with every fault
   */
  void requireSound() {
    if (!faults.isEmpty()) {
      throw new ConfigurationException(
          faults.stream().map(f -> "migrations folder " + folder + ": " + f).toList(),
          "Mend or rename these files; nothing was run.");
    }
  }
}
