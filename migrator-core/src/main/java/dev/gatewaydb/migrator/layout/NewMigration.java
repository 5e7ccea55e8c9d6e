package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Writes the two files of a new reversible migration. */
public final class NewMigration {
  private static final Pattern SNAKE_CASE = Pattern.compile("[a-z][a-z0-9]*(?:_[a-z0-9]+)*");
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT);

  private NewMigration() {}

  /**
   * The version is the time in UTC, or a second after the newest one in the folder, whichever is
   * later. One call at a time per folder.
   *
   * @param name in snake_case
   * @return the forward file, then the one that reverts it
   * @throws ConfigurationException for a name that isn't snake_case, or a folder with wrong files
   * @throws RefusedException when a migration of this name exists
   */
  public static List<Path> create(Path folder, String name, Instant now) {
    if (!SNAKE_CASE.matcher(name).matches()) {
      throw new ConfigurationException(
          "'%s' is not a snake_case name".formatted(name),
          "Lower-case letters and digits, words joined by underscores: add_user_roles.");
    }
    MigrationSet existing = MigrationSet.read(folder);
    String words = name.replace('_', ' ');
    existing.migrations().stream()
        .filter(m -> m.description().equals(words))
        .findFirst()
        .ifPresent(
            m -> {
              throw new RefusedException(
                  "a migration of this name exists: " + m.up().path(),
                  "Choose another name.",
                  null);
            });
    String version = version(existing, now);
    try {
      return List.of(
          write(
              folder.resolve("V%s__%s.sql".formatted(version, name)),
              "-- %s: what for, in a line.\n\n".formatted(words)),
          write(
              folder.resolve("U%s__%s.sql".formatted(version, name)),
              "-- Reverts %s exactly: names, defaults and comments as they were.\n\n"
                  .formatted(words)));
    } catch (IOException e) {
      throw new FailedException(
          "can't write into %s: %s".formatted(folder, e.getMessage()), "Check its permissions.", e);
    }
  }

  private static String version(MigrationSet existing, Instant now) {
    LocalDateTime time = LocalDateTime.ofInstant(now, ZoneOffset.UTC).withNano(0);
    List<Migration> migrations = existing.migrations();
    if (!migrations.isEmpty()) {
      String newest = migrations.get(migrations.size() - 1).version();
      try {
        LocalDateTime next = LocalDateTime.parse(newest, TIMESTAMP).plusSeconds(1);
        time = next.isAfter(time) ? next : time;
      } catch (DateTimeParseException e) {
        throw new ConfigurationException(
            "the newest version, %s, is not a timestamp as in 20260220100000".formatted(newest),
            "Name the file by hand, in this folder's own numbering.");
      }
    }
    return TIMESTAMP.format(time);
  }

  private static Path write(Path file, String text) throws IOException {
    return Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
  }
}
