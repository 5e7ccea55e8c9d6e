package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How a folder's migration files are named and paired. */
public enum Layout {
  /** {@code V1__name.sql}, {@code U1__name.sql}, {@code R__name.sql}; sub-folders included. */
  FLYWAY("flyway"),
  /** {@code 1_name.sql}, or {@code 1_name.up.sql} with {@code 1_name.down.sql}, mixed at will. */
  SQLX("sqlx"),
  /** {@code 1_name.up.sql} and {@code 1_name.down.sql}. */
  GOLANG_MIGRATE("golang-migrate"),
  /** {@code version_name.sql} without down scripts; the version is text, in lexical order. */
  PLAIN("plain");

  private final String label;

  Layout(String label) {
    this.label = label;
  }

  /** As people write it: {@code golang-migrate}. */
  public String label() {
    return label;
  }

  /** The layout that people call so. */
  public static Optional<Layout> of(String label) {
    return Arrays.stream(values()).filter(layout -> layout.label.equals(label)).findFirst();
  }

  /** What all are called. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Layout::label).toList();
  }

  /**
   * The layout that a folder's files have; {@link #FLYWAY} for a folder without any SQL.
   *
   * @param root where to stop looking upwards for a sign of the project's language
   * @throws ConfigurationException when they fit several that would serve them differently, or none
   */
  public static Layout detect(Path folder, Path root) {
    return new LayoutDetection(folder, root).detect();
  }

  /**
   * A version as Flyway's history has it, in Flyway's order.
   *
   * @param version as the file's name has it
   */
  public String historyVersion(String version) {
    return switch (this) {
      case FLYWAY -> version;
      case SQLX, GOLANG_MIGRATE, PLAIN -> TextVersion.toNumbers(version);
    };
  }

  /**
   * Whether the layout's own tool applies files older than the newest applied one without being
   * asked: sqlx and Rack Gateway do, with a row for each version in their tables.
   */
  public boolean appliesLateOnes() {
    return this == SQLX || this == PLAIN;
  }
}
