package dev.gatewaydb.migrator.layout;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How a folder's migration files are named and paired. */
public enum Layout {
  /** {@code V1__name.sql}, {@code U1__name.sql}, {@code R__name.sql}; sub-folders included. */
  FLYWAY("flyway");

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
}
