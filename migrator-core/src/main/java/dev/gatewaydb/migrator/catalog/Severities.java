package dev.gatewaydb.migrator.catalog;

import java.util.Set;

/** How much which difference matters. */
final class Severities {
  private static final Set<String> COSMETIC =
      Set.of(
          "comment", "version", "name", "column order", "statistics target", "statistics targets");
  private static final Set<String> NOTABLE =
      Set.of(
          "owner",
          "privileges",
          "options",
          "toast options",
          "index options",
          "tablespace",
          "clustered",
          "storage",
          "compression",
          "access method",
          "cache",
          "unlogged");

  private Severities() {}

  static Severity ofObject(CatalogObject object) {
    return switch (object.id().kind()) {
      case INDEX -> object.has("unique") ? Severity.BREAKING : Severity.NOTABLE;
      case STATISTICS, DEFAULT_PRIVILEGES, PUBLICATION -> Severity.NOTABLE;
      case CONSTRAINT -> Meaning.isNotNull(object) ? Severity.COSMETIC : Severity.BREAKING;
      default -> Severity.BREAKING;
    };
  }

  static Severity ofProperty(CatalogObject object, String word) {
    if (COSMETIC.contains(word)
        || word.startsWith("comment ")
        || word.startsWith("security label")) {
      return Severity.COSMETIC;
    }
    if (word.equals("definition")) {
      return ofObject(object);
    }
    return NOTABLE.contains(word) ? Severity.NOTABLE : Severity.BREAKING;
  }
}
