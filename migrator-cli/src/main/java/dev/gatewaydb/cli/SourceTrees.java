package dev.gatewaydb.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Freshly generated sources beside the committed ones, below one folder of both. */
record SourceTrees(Path fresh, Path committed, String below) {

  /** One line each: {@code new}, {@code changed} or {@code gone}, and the path. */
  List<String> differing() throws IOException {
    Set<String> all = new TreeSet<>(files(fresh));
    Set<String> old = files(committed);
    all.addAll(old);
    List<String> lines = new ArrayList<>();
    for (String file : all) {
      if (!old.contains(file)) {
        lines.add("new " + file);
      } else if (!Files.exists(fresh.resolve(file))) {
        lines.add("gone " + file);
      } else if (Files.mismatch(fresh.resolve(file), committed.resolve(file)) >= 0) {
        lines.add("changed " + file);
      }
    }
    return lines;
  }

  /** Makes the committed files like the fresh ones. */
  void apply() throws IOException {
    Set<String> wanted = files(fresh);
    for (String file : files(committed)) {
      if (!wanted.contains(file)) {
        Files.delete(committed.resolve(file));
      }
    }
    for (String file : wanted) {
      Path target = committed.resolve(file);
      if (!Files.exists(target) || Files.mismatch(fresh.resolve(file), target) >= 0) {
        Files.createDirectories(target.getParent());
        Files.copy(fresh.resolve(file), target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private Set<String> files(Path root) throws IOException {
    Path folder = root.resolve(below);
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .collect(Collectors.toSet());
    }
  }

  static void delete(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
