package dev.gatewaydb.migrator.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatewaydb.migrator.check.CheckFinding.Check;
import dev.gatewaydb.migrator.check.CheckFinding.Level;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationFile;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Compares migrations with those of a git commit that others have: theirs may be applied somewhere,
 * so they stay as they are, and new ones come after them.
 *
 * <p>What is missing or edited is told from where the two lines of work parted, so that a branch is
 * not blamed for what has been merged since.
 */
public final class SinceCheck {
  private final MigrationSet now;
  private final Path folder;
  private final String ref;
  private final List<CheckFinding> findings = new ArrayList<>();

  /**
   * @param now the migrations in the working tree
   * @param folder where they are
   * @param ref a branch, tag or commit, such as {@code origin/main}
   */
  public SinceCheck(MigrationSet now, Path folder, String ref) {
    this.now = now;
    this.folder = folder;
    this.ref = ref;
  }

  /**
   * Finds what was edited, renamed or deleted, and what is new and comes too early.
   *
   * @throws ConfigurationException when there is no git, no repository or no such commit
   */
  public List<CheckFinding> run() {
    Git git = new Git(folder);
    String tip = git.commit(ref);
    String base = git.mergeBase(tip).orElse(tip);
    Optional<MigrationSet> theirs = read(git, tip);
    Optional<MigrationSet> common = base.equals(tip) ? theirs : read(git, base);
    if (theirs.isPresent() && common.isPresent()) {
      for (Migration migration : now.migrations()) {
        compare(migration, common.get(), theirs.get());
      }
      for (Migration old : common.get().migrations()) {
        if (now.find(old.version()).isEmpty() && theirs.get().find(old.version()).isPresent()) {
          deleted(old.up());
        }
      }
      compareRepeatables(common.get(), theirs.get());
    }
    return findings;
  }

  private void compare(Migration migration, MigrationSet common, MigrationSet theirs) {
    Optional<Migration> old = common.find(migration.version());
    Optional<Migration> other = theirs.find(migration.version());
    if (old.isPresent()) {
      compare(migration, old.get());
    } else if (other.isPresent()) {
      if (!isSame(migration, other.get())) {
        error(
            Check.ORDER,
            migration.up(),
            "version %s is taken in %s, by %s"
                .formatted(migration.version(), ref, other.get().up().path()),
            "Give it a newer version.");
      }
    } else {
      newestOf(theirs)
          .filter(newest -> now.isBefore(migration.version(), newest.version()))
          .ifPresent(
              newest ->
                  error(
                      Check.ORDER,
                      migration.up(),
                      "is new, and older than %s, the newest in %s"
                          .formatted(newest.version(), ref),
                      "Where that one is applied, migrate refuses this one as late. Give it a newer"
                          + " version."));
    }
  }

  private void compare(Migration migration, Migration old) {
    if (migration.up().checksum() != old.up().checksum()) {
      error(
          Check.UNCHANGED,
          migration.up(),
          "was edited since %s, and may be applied already".formatted(ref),
          "Restore it ('git checkout %s -- %s'), and put the change into a new migration."
              .formatted(ref, shown(old.up())));
    } else if (!migration.description().equals(old.description())) {
      error(
          Check.UNCHANGED,
          migration.up(),
          "was renamed since %s, where it is %s".formatted(ref, old.up().path()),
          "Histories keep the old name, and Flyway's validate compares them. Give it its name back.");
    }
  }

  private void deleted(MigrationFile old) {
    error(
        Check.UNCHANGED,
        old,
        "was deleted since %s, and may be applied already".formatted(ref),
        "Restore it ('git checkout %s -- %s'); what it does is reversed by a new migration."
            .formatted(ref, shown(old)));
  }

  private void compareRepeatables(MigrationSet common, MigrationSet theirs) {
    for (MigrationFile old : common.repeatables()) {
      if (!contains(now.repeatables(), old) && contains(theirs.repeatables(), old)) {
        deleted(old);
      }
    }
  }

  private static boolean contains(List<MigrationFile> files, MigrationFile wanted) {
    return files.stream().anyMatch(file -> file.name().equals(wanted.name()));
  }

  private static boolean isSame(Migration one, Migration other) {
    return one.up().checksum() == other.up().checksum()
        && one.description().equals(other.description());
  }

  private static Optional<Migration> newestOf(MigrationSet set) {
    return set.migrations().isEmpty()
        ? Optional.empty()
        : Optional.of(set.migrations().get(set.migrations().size() - 1));
  }

  private String shown(MigrationFile file) {
    return folder.resolve(file.path()).toString();
  }

  private void error(Check check, MigrationFile file, String message, String nextStep) {
    findings.add(new CheckFinding(check, Level.ERROR, file.path(), message).withDetail(nextStep));
  }

  /** Empty, and said so, where that state was faulty itself: then nobody can have applied it. */
  private Optional<MigrationSet> read(Git git, String commit) {
    try {
      Path copy = Files.createTempDirectory("gwdb-check");
      try {
        write(git, commit, copy);
        return Optional.of(MigrationSet.read(copy, now.layout()));
      } catch (ConfigurationException e) {
        String faults = String.join("\n", e.faults()).replace(copy.toString(), "at " + ref);
        findings.add(
            new CheckFinding(
                    Check.UNCHANGED,
                    Level.WARNING,
                    "",
                    "the migrations of %s were faulty themselves; nothing is compared"
                        .formatted(ref))
                .withDetail(faults));
        return Optional.empty();
      } finally {
        delete(copy);
      }
    } catch (IOException e) {
      throw new FailedException("can't write a temporary copy: " + e.getMessage(), "", e);
    }
  }

  private static void write(Git git, String commit, Path copy) throws IOException {
    List<Git.Entry> entries =
        git.entries(commit).stream()
            .filter(e -> e.path().endsWith(".sql") || e.path().endsWith(".sql.conf"))
            .filter(e -> copy.resolve(e.path()).normalize().startsWith(copy))
            // Links last, so that nothing is written through one.
            .sorted(Comparator.comparing(Git.Entry::link))
            .toList();
    List<byte[]> contents = git.contents(entries);
    for (int i = 0; i < entries.size(); i++) {
      Path file = copy.resolve(entries.get(i).path());
      Files.createDirectories(file.getParent());
      if (entries.get(i).link()) {
        Files.createSymbolicLink(file, Path.of(new String(contents.get(i), UTF_8)));
      } else {
        Files.write(file, contents.get(i));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
