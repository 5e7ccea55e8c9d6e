package dev.gatewaydb.migrator.operate.health;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A database at one moment.
 *
 * @param at when, by this machine's clock
 * @param sections what was measured, in the order in which people read it; docs/cli.md has the
 *     fields of each
 * @param findings the critical ones first
 * @param notes what couldn't be seen, and how to make it visible
 */
public record HealthReport(
    Instant at,
    Map<String, List<HealthRow>> sections,
    List<HealthFinding> findings,
    List<String> notes) {
  /** Copies all of it, and keeps the order. */
  public HealthReport {
    sections = Collections.unmodifiableMap(new LinkedHashMap<>(sections));
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
  }

  /** The rows of a section; none where it couldn't be measured. */
  public List<HealthRow> section(String name) {
    return sections.getOrDefault(name, List.of());
  }
}
