package dev.gatewaydb.migrator.operate.roles;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Something that rights are granted on.
 *
 * @param noun DATABASE, SCHEMA, TABLE, VIEW, SEQUENCE or ROUTINE
 * @param name as SQL has it, quoted
 * @param schema the one that holds it, unquoted; its own name for a schema
 * @param plain its name alone, unquoted
 * @param owner unquoted
 * @param quotedOwner as SQL has it
 * @param manageable whether the current user may grant on it, as its owner or a superuser
 * @param ours whether it is the project's
 * @param provided whether PostgreSQL or an extension brought it along
 * @param kept whether gwdb itself keeps it, such as the history
 * @param triggers whether it is a function for triggers
 * @param definer whether it is a routine that may write with its owner's rights
 * @param rights those of everybody but its owner
 */
record Securable(
    String noun,
    String name,
    String schema,
    String plain,
    String owner,
    String quotedOwner,
    boolean manageable,
    boolean ours,
    boolean provided,
    boolean kept,
    boolean triggers,
    boolean definer,
    List<Right> rights) {
  static final String PUBLIC = "PUBLIC";

  Securable {
    rights = List.copyOf(rights);
  }

  /**
   * One right.
   *
   * @param grantee unquoted, or PUBLIC
   * @param column quoted; empty for the whole object
   */
  record Right(String grantee, String privilege, String column, boolean grantable) {
    /** {@code SELECT}, or {@code SELECT (name)}. */
    String text() {
      return column.isEmpty() ? privilege : "%s (%s)".formatted(privilege, column);
    }
  }

  /** As GRANT names it: a view is a table there. */
  String granted() {
    return "%s %s".formatted(noun.equals("VIEW") ? "TABLE" : noun, name);
  }

  boolean isRelation() {
    return noun.equals("TABLE") || noun.equals("VIEW");
  }

  List<Right> of(String grantee) {
    return rights.stream().filter(right -> right.grantee().equals(grantee)).toList();
  }

  /** On the whole of it, by direct grant. */
  Set<String> held(String grantee) {
    Set<String> held = new TreeSet<>();
    of(grantee).stream()
        .filter(right -> right.column().isEmpty())
        .forEach(right -> held.add(right.privilege()));
    return held;
  }

  /** Whether the direct grants are these and no others, without columns or grant options. */
  boolean isExactly(String grantee, Set<String> wanted) {
    return held(grantee).equals(wanted)
        && of(grantee).stream().allMatch(r -> r.column().isEmpty() && !r.grantable());
  }

  boolean isCalled(String pattern) {
    return pattern.equals(plain) || pattern.equals(schema + "." + plain);
  }

  /** The same once it belongs to somebody else, who has no rights by grant then. */
  Securable ownedBy(String name, String quoted) {
    return new Securable(
        noun,
        this.name,
        schema,
        plain,
        name,
        quoted,
        manageable,
        ours,
        provided,
        kept,
        triggers,
        definer,
        rights.stream().filter(right -> !right.grantee().equals(name)).toList());
  }

  /** The same as one of the project's. */
  Securable asOurs() {
    return new Securable(
        noun,
        name,
        schema,
        plain,
        owner,
        quotedOwner,
        manageable,
        true,
        provided,
        kept,
        triggers,
        definer,
        rights);
  }

  /** The same with more rights. */
  Securable plus(List<Right> more) {
    List<Right> all = new ArrayList<>(rights);
    all.addAll(more);
    return new Securable(
        noun,
        name,
        schema,
        plain,
        owner,
        quotedOwner,
        manageable,
        ours,
        provided,
        kept,
        triggers,
        definer,
        all);
  }
}
