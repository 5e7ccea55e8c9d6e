package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.Prerequisite.State;
import java.util.List;

/**
 * What a prerequisites file asks for, and how a database stands to it.
 *
 * @param extensions in the file's order; each once
 * @param others the file's other statements, which run with it but can't be checked: line and first
 *     words, as in {@code line 3: CREATE SCHEMA}
 */
public record PrerequisitesReport(List<Prerequisite> extensions, List<String> others) {
  /** Of a project that has no such file. */
  public static final PrerequisitesReport NONE = new PrerequisitesReport(List.of(), List.of());

  /**
   * One statement of the file, after it was applied.
   *
   * @param statement the extension that it creates, else its first words
   * @param ran false: what it creates was there already
   */
  public record Step(String statement, boolean ran) {}

  /** Takes copies. */
  public PrerequisitesReport {
    extensions = List.copyOf(extensions);
    others = List.copyOf(others);
  }

  /** The extensions that are not in the database. */
  public List<Prerequisite> missing() {
    return extensions.stream().filter(e -> e.state() != State.PRESENT).toList();
  }

  /** Those among the missing that the server can't install. */
  public List<Prerequisite> unavailable() {
    return extensions.stream().filter(e -> e.state() == State.UNAVAILABLE).toList();
  }
}
