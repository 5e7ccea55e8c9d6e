package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The schema {@code public} is there from the start, so its decorations need guards of their own.
 */
final class PublicSchema {
  private static final Pattern PRIVILEGE =
      Pattern.compile(
          "(GRANT|REVOKE) (\\w+) ON SCHEMA public (?:TO|FROM) (.+?)( WITH GRANT OPTION)?");

  private PublicSchema() {}

  static List<Step> steps(CatalogObject schema, Decorations decorations) {
    List<Step> steps = new ArrayList<>();
    Step.Id id = Step.Id.of(schema.id());
    steps.add(new Step(id, Phase.SCHEMAS, List.of("CREATE SCHEMA public"), Set.of()));
    for (String sql : decorations.of(schema).stream().flatMap(PublicSchema::oneByOne).toList()) {
      Step.Id part = new Step.Id(schema.id(), "%s %d".formatted(firstWord(sql), steps.size()));
      steps.add(
          new Step(part, guard(schema, sql), Phase.SCHEMAS, List.of(sql), Set.of(id), List.of()));
    }
    return steps;
  }

  private static Stream<String> oneByOne(String sql) {
    return sql.contains(" ALL ON SCHEMA ")
        ? Stream.of(sql.replace(" ALL ", " USAGE "), sql.replace(" ALL ", " CREATE "))
        : Stream.of(sql);
  }

  private static String firstWord(String sql) {
    return sql.substring(0, sql.indexOf(' '));
  }

  private static String guard(CatalogObject schema, String sql) {
    Matcher privilege = PRIVILEGE.matcher(sql);
    if (privilege.matches()) {
      String role = privilege.group(3);
      String held =
          "EXISTS (SELECT FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a"
              + " WHERE n.nspname = 'public' AND a.privilege_type = %s AND a.grantee = %s)"
                  .formatted(
                      Sql.literal(privilege.group(2)),
                      switch (role) {
                        case "PUBLIC" -> "0";
                        case "CURRENT_USER" -> "current_user::regrole";
                        default -> "coalesce(to_regrole(" + Sql.literal(role) + "), 0)";
                      });
      return privilege.group(1).equals("GRANT") ? "NOT " + held : held;
    }
    if (sql.startsWith("COMMENT")) {
      return "obj_description('public'::regnamespace, 'pg_namespace') IS DISTINCT FROM "
          + Sql.literal(schema.property("comment").orElse(""));
    }
    return "(SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public') <> "
        + Sql.literal(schema.property("owner").orElse(""));
  }
}
