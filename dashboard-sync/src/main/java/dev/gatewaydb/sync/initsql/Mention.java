package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import java.util.Locale;

/** How statements about an existing object name it. */
final class Mention {
  private Mention() {}

  /** As in COMMENT ON and ALTER … OWNER TO. */
  static String of(CatalogObject object) {
    String parent = object.parent().map(ObjectId::name).orElse("");
    String own = object.schema() + "." + object.simpleName();
    return switch (object.id().kind()) {
      case ENUM, COMPOSITE_TYPE, RANGE_TYPE -> "TYPE " + object.id().name();
      case CONSTRAINT ->
          "CONSTRAINT %s ON %s%s"
              .formatted(object.simpleName(), PartDdl.isOfDomain(object) ? "DOMAIN " : "", parent);
      case INDEX -> "INDEX " + own;
      case STATISTICS -> "STATISTICS " + own;
      case RULE, TRIGGER, POLICY ->
          "%s %s ON %s".formatted(keyword(object), object.simpleName(), parent);
      case OPERATOR -> "OPERATOR " + object.id().name().replaceFirst(" \\(", "(");
      default -> keyword(object) + " " + object.id().name();
    };
  }

  private static String keyword(CatalogObject object) {
    return object.id().kind().name().replace('_', ' ').toUpperCase(Locale.ROOT);
  }

  /** As in GRANT … ON. */
  static String forGrant(CatalogObject object) {
    return switch (object.id().kind()) {
      case TABLE, VIEW, MATERIALIZED_VIEW -> "TABLE " + object.id().name();
      case ENUM, COMPOSITE_TYPE, RANGE_TYPE, DOMAIN -> "TYPE " + object.id().name();
      case AGGREGATE -> "FUNCTION " + object.id().name().replace("(*)", "()");
      default -> keyword(object) + " " + object.id().name();
    };
  }

  /** Whether the kind is one that this package can't create. */
  static boolean isSupported(ObjectKind kind) {
    return switch (kind) {
      case LANGUAGE,
          ACCESS_METHOD,
          BASE_TYPE,
          TRANSFORM,
          CONVERSION,
          TEXT_SEARCH_PARSER,
          TEXT_SEARCH_TEMPLATE,
          FOREIGN_DATA_WRAPPER,
          SERVER,
          USER_MAPPING,
          FOREIGN_TABLE ->
          false;
      default -> true;
    };
  }
}
