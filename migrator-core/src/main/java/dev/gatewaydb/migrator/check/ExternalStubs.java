package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tables of another system as far as foreign keys need them, so that migrations that look for these
 * tables do the same here as they did there.
 */
final class ExternalStubs {
  private final Connection connection;
  private final String schema;

  ExternalStubs(Connection connection, String schema) {
    this.connection = connection;
    this.schema = schema;
  }

  /** Makes those that the live database has in this schema. */
  void create(List<ExternalTable> tables, SchemaSnapshot live) throws SQLException {
    for (ExternalTable table : tables) {
      Optional<CatalogObject> found =
          live.objects().stream()
              .filter(o -> o.id().kind() == ObjectKind.TABLE)
              .filter(o -> ExternalObjects.unquoted(o.simpleName()).equals(table.name()))
              .filter(o -> ExternalObjects.unquoted(o.schema()).equals(schema))
              .findFirst();
      if (found.isPresent()) {
        create(table, found.get(), live);
      }
    }
  }

  private void create(ExternalTable table, CatalogObject found, SchemaSnapshot live)
      throws SQLException {
    List<String> columns = new ArrayList<>();
    for (CatalogObject part : live.partsOf(found.id())) {
      if (part.id().kind() == ObjectKind.COLUMN
          && table.referencedColumns().contains(ExternalObjects.unquoted(part.simpleName()))) {
        String type = part.property("type").orElse("");
        if (!isKnown(type)) {
          return;
        }
        columns.add(
            "%s %s%s"
                .formatted(
                    part.simpleName(),
                    type,
                    isUnique(found.id(), part.simpleName(), live) ? " UNIQUE" : ""));
      }
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + quoted(schema));
      statement.execute(
          "CREATE TABLE %s.%s (%s)"
              .formatted(quoted(schema), quoted(table.name()), String.join(", ", columns)));
    }
  }

  private static boolean isUnique(ObjectId table, String column, SchemaSnapshot live) {
    String key = "(" + column + ")";
    return live.partsOf(table).stream()
        .filter(
            part ->
                part.id().kind() == ObjectKind.CONSTRAINT || part.id().kind() == ObjectKind.INDEX)
        .map(part -> part.property("definition").orElse(""))
        .anyMatch(
            definition ->
                definition.startsWith("PRIMARY KEY " + key)
                    || definition.startsWith("UNIQUE " + key)
                    || (definition.startsWith("CREATE UNIQUE ") && definition.endsWith(key)));
  }

  /** A type of the other system would have to be made first; then the foreign key is left out. */
  private boolean isKnown(String type) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT to_regtype(?) IS NOT NULL")) {
      statement.setString(1, type.replaceFirst("\\(.*\\)", ""));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private static String quoted(String identifier) {
    return "\"" + identifier.replace("\"", "\"\"") + "\"";
  }
}
