package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Owners, privileges and comments. The role that owns most of the snapshot stands for whoever loads
 * the file.
 */
final class Decorations {
  private static final Pattern PRIVILEGE =
      Pattern.compile("(GRANT|REVOKE) (.+?) (TO|FROM) (.+?)( WITH GRANT OPTION)?");
  private static final Pattern PART_COMMENT = Pattern.compile("comment of part ([0-9]+)");
  private final SchemaSnapshot snapshot;
  private final String mainOwner;

  Decorations(SchemaSnapshot snapshot) {
    this.snapshot = snapshot;
    this.mainOwner = snapshot.mainOwner();
  }

  List<String> of(CatalogObject object) {
    List<String> sql = new ArrayList<>();
    Optional<String> otherOwner =
        object
            .property("owner")
            .or(() -> object.parent().flatMap(snapshot::find).flatMap(p -> p.property("owner")))
            .filter(o -> !o.equals(mainOwner));
    if (otherOwner.isPresent() && object.has("owner") && !object.has("identity of")) {
      sql.add("ALTER %s OWNER TO %s".formatted(Mention.of(object), otherOwner.get()));
    }
    object
        .property("privileges")
        .ifPresent(
            lines -> lines.lines().forEach(line -> sql.add(privilege(object, line, otherOwner))));
    object
        .property("comment")
        .ifPresent(
            comment ->
                sql.add("COMMENT ON %s IS %s".formatted(Mention.of(object), Sql.literal(comment))));
    object
        .properties()
        .forEach((word, value) -> partComment(object, word, value).ifPresent(sql::add));
    return sql;
  }

  private static Optional<String> partComment(CatalogObject object, String word, String value) {
    Matcher matcher = PART_COMMENT.matcher(word);
    if (!matcher.matches() || object.id().kind() != ObjectKind.COMPOSITE_TYPE) {
      return Optional.empty();
    }
    String start = matcher.group(1) + "=";
    return object
        .facts()
        .getOrDefault("parts", "")
        .lines()
        .filter(line -> line.startsWith(start))
        .map(
            line ->
                "COMMENT ON COLUMN %s.%s IS %s"
                    .formatted(
                        object.id().name(), line.substring(start.length()), Sql.literal(value)))
        .findFirst();
  }

  private String privilege(CatalogObject object, String line, Optional<String> owner) {
    Matcher matcher = PRIVILEGE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalStateException("not a privilege: " + line);
    }
    String right = matcher.group(2);
    if (object.id().kind() == ObjectKind.COLUMN) {
      ObjectId table = object.parent().orElseThrow();
      return "%s %s (%s) ON TABLE %s %s %s%s"
          .formatted(
              matcher.group(1),
              right,
              object.simpleName(),
              table.name(),
              matcher.group(3),
              role(matcher.group(4), owner),
              option(matcher));
    }
    return "%s %s ON %s %s %s%s"
        .formatted(
            matcher.group(1),
            right,
            Mention.forGrant(object),
            matcher.group(3),
            role(matcher.group(4), owner),
            option(matcher));
  }

  private static String option(Matcher matcher) {
    boolean granted = matcher.group(1).equals("GRANT") && matcher.group(5) != null;
    return granted ? " WITH GRANT OPTION" : "";
  }

  private String role(String role, Optional<String> owner) {
    String real = role.equals("OWNER") ? owner.orElse(mainOwner) : role;
    return real.equals(mainOwner) ? "CURRENT_USER" : real;
  }

  List<String> defaultPrivileges(CatalogObject object) {
    String where = object.id().name();
    int on = where.lastIndexOf(" ON ");
    String role = object.facts().getOrDefault("role", "");
    String scope = where.substring(0, on);
    if (role.equals(mainOwner)) {
      scope = scope.substring(("FOR ROLE " + role).length()).strip();
    }
    List<String> sql = new ArrayList<>();
    for (String line : object.property("privileges").orElse("").lines().toList()) {
      Matcher matcher = PRIVILEGE.matcher(line);
      if (matcher.matches()) {
        sql.add(
            "ALTER DEFAULT PRIVILEGES %s %s %s%s %s %s%s"
                .formatted(
                    scope,
                    matcher.group(1),
                    matcher.group(2),
                    where.substring(on),
                    matcher.group(3),
                    role(matcher.group(4), Optional.of(role)),
                    option(matcher)));
      }
    }
    return sql;
  }
}
