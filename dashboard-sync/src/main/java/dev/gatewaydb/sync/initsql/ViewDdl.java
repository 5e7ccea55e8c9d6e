package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import java.util.List;
import java.util.stream.Collectors;

/** Views, also those that need each other. */
final class ViewDdl {
  private ViewDdl() {}

  static String create(CatalogObject view) {
    return text("CREATE VIEW ", view);
  }

  /** In place of its stand-in. */
  static String replace(CatalogObject view) {
    return text("CREATE OR REPLACE VIEW ", view);
  }

  private static String text(String verb, CatalogObject view) {
    return verb + view.id().name() + options(view) + " AS\n" + query(view);
  }

  private static String options(CatalogObject view) {
    return view.property("options")
        .map(options -> " WITH (" + String.join(", ", Sql.options(options, "")) + ")")
        .orElse("");
  }

  private static String query(CatalogObject view) {
    return Sql.stripped(view.property("definition").orElse(""));
  }

  /** A view with the same columns that needs nothing but their types. */
  static String standIn(CatalogObject view, List<CatalogObject> columns) {
    return "CREATE VIEW %s AS SELECT %s"
        .formatted(
            view.id().name(),
            columns.stream()
                .map(
                    column ->
                        "NULL::%s%s AS %s"
                            .formatted(
                                column.property("type").orElse(""),
                                column.property("collation").map(c -> " COLLATE " + c).orElse(""),
                                column.simpleName()))
                .collect(Collectors.joining(", ")));
  }

  static String createMaterialized(CatalogObject view) {
    return "CREATE MATERIALIZED VIEW "
        + view.id().name()
        + view.property("access method").map(am -> " USING " + am).orElse("")
        + options(view)
        + " AS\n"
        + query(view)
        + "\nWITH NO DATA";
  }
}
