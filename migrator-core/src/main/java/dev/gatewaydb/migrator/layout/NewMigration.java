package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Writes the files of a new migration, named as those in the folder are. */
public final class NewMigration {
  private static final Pattern SNAKE_CASE = Pattern.compile("[a-z][a-z0-9]*(?:_[a-z0-9]+)*");

  private NewMigration() {}

  /** With a way back or without. */
  public enum Kind {
    /** Two files. */
    REVERSIBLE,
    /** The forward script alone. */
    SIMPLE
  }

  /**
   * The version goes on as the folder's do: a time in UTC after the newest one, or the next number
   * in the same width; in an empty folder a time to the second. One call at a time per folder.
   *
   * @param name in snake_case
   * @param kind empty: as the newest in sqlx's layout, without a way back in the plain one, which
   *     has none, and else with one
   * @return the forward file, then the one that reverts it
   * @throws ConfigurationException for a name that isn't snake_case, a folder with wrong files, or
   *     versions that nothing follows from
   * @throws RefusedException when a migration of this name exists
   */
  public static List<Path> create(
      Path folder, Layout layout, String name, Optional<Kind> kind, Instant now) {
    if (!SNAKE_CASE.matcher(name).matches()) {
      throw new ConfigurationException(
          "'%s' is not a snake_case name".formatted(name),
          "Lower-case letters and digits, words joined by underscores: add_user_roles.");
    }
    if (layout == Layout.PLAIN && kind.filter(k -> k == Kind.REVERSIBLE).isPresent()) {
      throw new ConfigurationException(
          "the layout 'plain' has no scripts that revert",
          "Write a simple migration; another layout can be said in gwdb.toml.");
    }
    List<Migration> existing = MigrationSet.read(folder, layout).migrations();
    String words = name.replace('_', ' ');
    requireNew(existing, words);
    Optional<Migration> newest =
        existing.isEmpty() ? Optional.empty() : Optional.of(existing.getLast());
    String version = Numbering.next(newest.map(Migration::version), now);
    if (layout == Layout.PLAIN) {
      newest.map(Migration::version).ifPresent(last -> requireLater(version, last));
    }
    boolean simple = kind.orElse(usual(layout, newest)) == Kind.SIMPLE;
    List<Path> written = new ArrayList<>();
    try {
      written.add(
          write(
              folder.resolve(upName(layout, version, name, simple)),
              "-- %s: what for, in a line.\n\n".formatted(words)));
      if (!simple) {
        written.add(
            write(
                folder.resolve(downName(layout, version, name)),
                "-- Reverts %s exactly: names, defaults and comments as they were.\n\n"
                    .formatted(words)));
      }
      return written;
    } catch (IOException e) {
      throw new FailedException(
          "can't write into %s: %s".formatted(folder, e.getMessage()), "Check its permissions.", e);
    }
  }

  /** One digit more would sort before all the others. */
  private static void requireLater(String version, String last) {
    if (version.compareTo(last) < 0) {
      throw new ConfigurationException(
          "after %s, %s would come first: the layout 'plain' goes by name".formatted(last, version),
          "Name the file by hand, in a form that sorts after it.");
    }
  }

  private static void requireNew(List<Migration> existing, String words) {
    existing.stream()
        .filter(m -> m.description().equals(words))
        .findFirst()
        .ifPresent(
            m -> {
              throw new RefusedException(
                  "a migration of this name exists: " + m.up().path(),
                  "Choose another name.",
                  null);
            });
  }

  private static Kind usual(Layout layout, Optional<Migration> newest) {
    return switch (layout) {
      case FLYWAY, GOLANG_MIGRATE -> Kind.REVERSIBLE;
      case SQLX ->
          newest.filter(m -> !m.up().name().endsWith(".up.sql")).isPresent()
              ? Kind.SIMPLE
              : Kind.REVERSIBLE;
      case PLAIN -> Kind.SIMPLE;
    };
  }

  private static String upName(Layout layout, String version, String name, boolean simple) {
    return switch (layout) {
      case FLYWAY -> "V%s__%s.sql".formatted(version, name);
      case SQLX -> simple ? "%s_%s.sql".formatted(version, name) : paired(version, name, "up");
      case GOLANG_MIGRATE -> paired(version, name, "up");
      case PLAIN -> "%s_%s.sql".formatted(version, name);
    };
  }

  private static String downName(Layout layout, String version, String name) {
    return layout == Layout.FLYWAY
        ? "U%s__%s.sql".formatted(version, name)
        : paired(version, name, "down");
  }

  private static String paired(String version, String name, String direction) {
    return "%s_%s.%s.sql".formatted(version, name, direction);
  }

  private static Path write(Path file, String text) throws IOException {
    return Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
  }
}
