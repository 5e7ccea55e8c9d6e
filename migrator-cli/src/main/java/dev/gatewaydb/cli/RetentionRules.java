package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.operate.maintain.AuditPolicy;
import dev.gatewaydb.migrator.operate.maintain.AuditTable;
import dev.gatewaydb.migrator.operate.maintain.RetentionRule;
import dev.gatewaydb.schema.GatewaySchema;
import dev.gatewaydb.schema.RetainedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is deleted when: gwdb.toml says it, and of the built-in schema we know something, too. */
final class RetentionRules {
  private final Context context;

  RetentionRules(Context context) {
    this.context = context;
    context.project().toml().requireSound();
  }

  /** The built-in schema's first, unless the file has one of the same name. */
  List<RetentionRule> all() {
    List<RetentionRule> ofFile = context.project().retention().rules();
    List<RetentionRule> rules = new ArrayList<>();
    if (!context.project().hasMigrations()) {
      GatewaySchema.retention().stream()
          .filter(ours -> ofFile.stream().noneMatch(rule -> rule.name().equals(ours.name())))
          .map(RetentionRules::rule)
          .forEach(rules::add);
    }
    rules.addAll(ofFile);
    return rules;
  }

  private static RetentionRule rule(RetainedTable table) {
    return new RetentionRule(
        table.name(), table.table(), table.column(), table.age(), Optional.empty());
  }

  /**
   * Those of these names, or all.
   *
   * @throws ConfigurationException when one isn't there, or none
   */
  List<RetentionRule> named(List<String> names) {
    List<RetentionRule> all = all();
    List<String> faults = new ArrayList<>();
    if (all.isEmpty() && names.isEmpty()) {
      faults.add("there are no retention rules");
    }
    for (String name : names) {
      if (all.stream().noneMatch(rule -> rule.name().equals(name))) {
        faults.add(
            "there is no retention rule '%s'%s"
                .formatted(
                    name,
                    all.isEmpty()
                        ? ""
                        : "; there are "
                            + String.join(", ", all.stream().map(RetentionRule::name).toList())));
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(
          faults, example(Stream.concat(names.stream(), Stream.of("sessions")).findFirst().get()));
    }
    return all.stream().filter(rule -> names.isEmpty() || names.contains(rule.name())).toList();
  }

  private static String example(String name) {
    return """
        Write one into gwdb.toml; docs/configuration.md says more:
          [[retention]]
          name = "%s"
          table = "user_sessions"
          column = "expires_at"
          older_than = "30d"\
        """
        .formatted(name);
  }

  /** Where the audit trail is; of a project with migrations of its own, gwdb.toml says it. */
  Optional<AuditTable> findAudit() {
    Optional<AuditTable> ofFile = context.project().audit().table();
    RetainedTable ours = GatewaySchema.audit();
    return ofFile.isPresent() || context.project().hasMigrations()
        ? ofFile
        : Optional.of(
            new AuditTable(ours.table(), ours.column(), AuditPolicy.ANNUAL, Optional.empty()));
  }

  /** The same, and it has to be there. */
  AuditTable audit() {
    return findAudit()
        .orElseThrow(
            () ->
                new ConfigurationException(
                    "this project's audit table isn't known",
                    """
                    Name it in gwdb.toml; docs/configuration.md says more:
                      [audit]
                      table = "audit.audit_event"
                      column = "timestamp"
                      policy = "annual\""""));
  }
}
