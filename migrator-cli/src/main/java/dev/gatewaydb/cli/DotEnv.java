package dev.gatewaydb.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The project's {@code .env} file under the real environment, which wins. */
final class DotEnv {
  private static final String NAME = ".env";

  private DotEnv() {}

  /**
   * What both say together, and what is wrong with the file.
   *
   * @param lines of the names that come from the file
   * @param searched in words: the folders in which the file was looked for
   */
  record Merged(
      Map<String, String> values,
      Optional<Path> file,
      Map<String, Integer> lines,
      String searched,
      List<String> faults) {
    private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9_]*\\b");

    /** Says of a fault that starts with a variable's name where in the file that is set. */
    String located(String fault) {
      Matcher name = VARIABLE.matcher(fault);
      return file.isPresent() && name.lookingAt() && lines.containsKey(name.group())
          ? "%s (%s, line %d)".formatted(fault, file.get(), lines.get(name.group()))
          : fault;
    }
  }

  static Merged under(Map<String, String> environment, Path directory) {
    Path root = root(directory);
    String searched =
        root.equals(directory) ? directory.toString() : directory + " and upwards to " + root;
    Optional<Path> file = nearest(directory, root);
    try {
      DotEnvText text =
          file.isPresent() ? read(file.get()) : new DotEnvText(Map.of(), Map.of(), List.of());
      Map<String, String> values = new HashMap<>(text.values());
      values.putAll(environment);
      Map<String, Integer> lines = new HashMap<>(text.lines());
      lines.keySet().removeAll(environment.keySet());
      List<String> faults = text.faults().stream().map(fault -> file.get() + ": " + fault).toList();
      return new Merged(values, file, lines, searched, faults);
    } catch (IOException e) {
      List<String> faults = List.of(file.orElseThrow() + " " + e.getMessage());
      return new Merged(environment, file, Map.of(), searched, faults);
    }
  }

  private static DotEnvText read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("is not a file");
    }
    if (!Files.isReadable(file)) {
      throw new IOException("can't be read: permission denied");
    }
    try {
      return DotEnvText.parse(Files.readString(file));
    } catch (CharacterCodingException e) {
      throw new IOException("is not UTF-8 text", e);
    } catch (IOException e) {
      throw new IOException("can't be read: " + e.getMessage(), e);
    }
  }

  /**
   * Outside of a project, the working directory alone: a file further up, as in a shared {@code
   * /tmp}, may be a stranger's.
   */
  private static Path root(Path directory) {
    for (Path folder = directory; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("gwdb.toml")) || Files.exists(folder.resolve(".git"))) {
        return folder;
      }
    }
    return directory;
  }

  private static Optional<Path> nearest(Path directory, Path root) {
    for (Path folder = directory; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(NAME))) {
        return Optional.of(folder.resolve(NAME));
      }
      if (folder.equals(root)) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
