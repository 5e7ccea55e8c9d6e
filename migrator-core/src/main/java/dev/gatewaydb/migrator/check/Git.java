package dev.gatewaydb.migrator.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The git executable, asked in one folder; changes nothing. */
final class Git {
  /** A hook has these set for the folder it runs in; they would send us elsewhere. */
  private static final Set<String> OF_HOOKS =
      Set.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX");

  private final Path folder;

  /**
   * @throws ConfigurationException when there is no git, or the folder is in no repository
   */
  Git(Path folder) {
    this.folder = folder;
    Output inside = run(List.of("rev-parse", "--is-inside-work-tree"), Optional.empty());
    if (inside.code() != 0) {
      throw new ConfigurationException(
          "%s: git says: %s".formatted(folder, inside.error()),
          "Comparing with an earlier state needs a clone of the repository.");
    }
  }

  /**
   * @param bytes as ISO 8859-1, which keeps each of them
   */
  private record Output(int code, String bytes, String error) {
    String text() {
      return new String(bytes.getBytes(ISO_8859_1), UTF_8);
    }
  }

  /**
   * The commit that a name stands for.
   *
   * @throws ConfigurationException when it stands for none
   */
  String commit(String ref) {
    Output found =
        ref.startsWith("-")
            ? new Output(1, "", "")
            : run(List.of("rev-parse", "--verify", "--quiet", ref + "^{commit}"), Optional.empty());
    if (found.code() != 0) {
      throw new ConfigurationException(
          "this clone has no commit called '%s'".formatted(ref),
          "Fetch it, as in 'git fetch origin main'. In GitHub Actions, let actions/checkout have"
              + " 'fetch-depth: 0'.");
    }
    return found.text().strip();
  }

  /** Where this commit and the one that is checked out parted; empty when that is not known. */
  Optional<String> mergeBase(String commit) {
    Output found = run(List.of("merge-base", commit, "HEAD"), Optional.empty());
    return found.code() == 0 ? Optional.of(found.text().strip()) : Optional.empty();
  }

  /** A file or link of a commit. */
  record Entry(String id, String path, boolean link) {}

  /** What the folder held then, sub-folders included; paths are relative to it. */
  List<Entry> entries(String commit) {
    Output listed = succeed(List.of("ls-tree", "-r", "-z", commit), Optional.empty());
    List<Entry> entries = new ArrayList<>();
    for (String line : listed.text().split("\0", -1)) {
      int tab = line.indexOf('\t');
      String[] words = tab < 0 ? new String[0] : line.substring(0, tab).split(" ", -1);
      if (words.length == 3 && words[1].equals("blob")) {
        entries.add(new Entry(words[2], line.substring(tab + 1), words[0].equals("120000")));
      }
    }
    return entries;
  }

  /** The contents, in the same order. */
  List<byte[]> contents(List<Entry> entries) throws IOException {
    Path ids = Files.createTempFile("gwdb-check", ".ids");
    try {
      Files.write(ids, entries.stream().map(Entry::id).toList());
      String all = succeed(List.of("cat-file", "--batch"), Optional.of(ids)).bytes();
      return split(all.getBytes(ISO_8859_1), entries.size());
    } finally {
      Files.delete(ids);
    }
  }

  /** Each is a line with id, type and size, then the content and a newline. */
  private static List<byte[]> split(byte[] all, int count) {
    List<byte[]> contents = new ArrayList<>();
    int at = 0;
    while (contents.size() < count) {
      int end = at;
      while (end < all.length && all[end] != '\n') {
        end++;
      }
      String[] words = new String(all, at, end - at, UTF_8).split(" ", -1);
      if (words.length != 3) {
        throw new FailedException(
            "git can't read an object: " + String.join(" ", words),
            "Is the clone complete? 'git fsck' tells.",
            null);
      }
      int size = Integer.parseInt(words[2]);
      byte[] content = new byte[size];
      System.arraycopy(all, end + 1, content, 0, size);
      contents.add(content);
      at = end + 1 + size + 1;
    }
    return contents;
  }

  private Output succeed(List<String> arguments, Optional<Path> input) {
    Output output = run(arguments, input);
    if (output.code() != 0) {
      throw new FailedException(
          "git %s failed: %s".formatted(arguments.get(0), output.error()), "", null);
    }
    return output;
  }

  private Output run(List<String> arguments, Optional<Path> input) {
    List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(OF_HOOKS);
    builder.environment().put("LC_ALL", "C");
    try {
      Path errors = Files.createTempFile("gwdb-check", ".err");
      try {
        builder.redirectError(errors.toFile());
        input.ifPresent(file -> builder.redirectInput(file.toFile()));
        Process process = start(builder);
        process.getOutputStream().close();
        String bytes = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        int code = process.waitFor();
        String error = Files.readString(errors).lines().findFirst().orElse("exit code " + code);
        return new Output(code, bytes, error);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FailedException("interrupted", "", e);
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new FailedException("git can't be run: " + e.getMessage(), "", e);
    }
  }

  private static Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException notThere) {
      throw new ConfigurationException(
          "git can't be started: " + notThere.getMessage(),
          "Comparing with an earlier state needs it: install git, or leave --since out.");
    }
  }
}
