package dev.gatewaydb.migrator.operate.roles;

import java.util.List;

/**
 * How a database stands to its roles.
 *
 * @param roles those that were looked at
 * @param findings what is too much or missing, by role
 */
public record RoleReport(List<Role> roles, List<RoleFinding> findings) {
  /** Copies the lists. */
  public RoleReport {
    roles = List.copyOf(roles);
    findings = List.copyOf(findings);
  }

  /**
   * One of them.
   *
   * @param login whether it may log in; false when it isn't there
   */
  public record Role(RoleKind kind, String name, boolean exists, boolean login) {}
}
