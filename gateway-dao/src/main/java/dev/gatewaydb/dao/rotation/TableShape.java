package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.crypto.SecretFormat;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A secret table as the catalog has it, and its parts as SQL. */
final class TableShape {
  private static final String COLUMNS =
      """
      SELECT a.attname, format_type(a.atttypid, a.atttypmod), quote_ident(a.attname)
        FROM pg_attribute a
       WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
      """;
  private static final String PRIMARY_KEY =
      """
      SELECT c.oid::regclass::text, c.relkind IN ('r', 'p'),
             array(SELECT a.attname::text FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(n, place)
                     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.n
                    ORDER BY place)
        FROM pg_class c LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
       WHERE c.oid = to_regclass(?)
      """;

  private record Column(String type, String quoted) {}

  private final SecretTable table;
  private final String sqlName;
  private final List<Column> key;
  private final Column secret;
  private final Optional<Column> tenant;
  private final Optional<Column> version;

  private TableShape(
      SecretTable table, String sqlName, List<String> key, Map<String, Column> columns) {
    this.table = table;
    this.sqlName = sqlName;
    this.key = key.stream().map(name -> column(table, columns, name)).toList();
    this.secret = column(table, columns, table.column());
    this.tenant = table.tenant().map(name -> column(table, columns, name));
    this.version = table.version().map(name -> column(table, columns, name));
    require(secret.type(), "bytea", table.column());
    version.ifPresent(
        column -> require(column.type(), "smallint|integer|bigint", table.version().orElseThrow()));
  }

  /**
   * Looks the table up.
   *
   * @throws InvalidInputException when it isn't as described, or has no primary key
   */
  static TableShape of(SecretTable table, Connection connection) throws SQLException {
    String quoted =
        Stream.of(table.name().split("\\.", 2))
            .map(part -> '"' + part.replace("\"", "\"\"") + '"')
            .collect(Collectors.joining("."));
    String sqlName;
    List<String> key = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(PRIMARY_KEY)) {
      statement.setString(1, quoted);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next() || !row.getBoolean(2)) {
          throw new InvalidInputException(
              "there is no table %s in this database".formatted(table.name()));
        }
        sqlName = row.getString(1);
        Array names = row.getArray(3);
        key.addAll(List.of((String[]) names.getArray()));
      }
    }
    if (key.isEmpty()) {
      throw new InvalidInputException(
          "%s has no primary key, by which its secrets are bound and read in order"
              .formatted(table.name()));
    }
    Map<String, Column> columns = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setString(1, quoted);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.put(row.getString(1), new Column(row.getString(2), row.getString(3)));
        }
      }
    }
    return new TableShape(table, sqlName, key, columns);
  }

  private static Column column(SecretTable table, Map<String, Column> columns, String name) {
    Column column = columns.get(name);
    if (column == null) {
      throw new InvalidInputException("%s has no column %s".formatted(table.name(), name));
    }
    return column;
  }

  private void require(String type, String allowed, String name) {
    if (!type.matches(allowed)) {
      throw new InvalidInputException(
          "%s.%s is of type %s, not %s"
              .formatted(table.name(), name, type, allowed.replace("|", " or ")));
    }
  }

  SecretTable table() {
    return table;
  }

  /** As SQL has to write it. */
  String sqlName() {
    return sqlName;
  }

  int keyColumns() {
    return key.size();
  }

  boolean hasVersion() {
    return version.isPresent();
  }

  /** A page in the key's order: key columns as text, tenant, version, secret, ctid, xmin. */
  String page(boolean afterKey, String filter) {
    String columns = key.stream().map(c -> c.quoted() + "::text").collect(Collectors.joining(", "));
    return "SELECT %s, %s, %s, %s, t.ctid::text, t.xmin::text FROM %s t WHERE %s IS NOT NULL%s%s ORDER BY %s LIMIT ?"
        .formatted(
            columns,
            tenant.map(c -> c.quoted() + "::text").orElse("NULL"),
            version.map(Column::quoted).orElse("NULL"),
            secret.quoted(),
            sqlName,
            secret.quoted(),
            filter.isEmpty() ? "" : " AND " + filter,
            afterKey ? " AND (%s) > (%s)".formatted(keyColumnNames(), keyParameters()) : "",
            keyColumnNames());
  }

  /** With the table's name before them: alone, ORDER BY would take the output's text columns. */
  private String keyColumnNames() {
    return key.stream().map(c -> "t." + c.quoted()).collect(Collectors.joining(", "));
  }

  private String keyParameters() {
    return key.stream()
        .map(c -> "CAST(? AS %s)".formatted(c.type()))
        .collect(Collectors.joining(", "));
  }

  /**
   * Replaces each secret that is still the old one; parameters: keys…, place, since, old, fresh,
   * version. The row's place (ctid) spares the server looking for it; one that was moved by an
   * update is missed, as one with another secret is. Without an old one, the row has to be of the
   * same transaction (xmin) still.
   */
  String compareAndSwap() {
    String names =
        IntStream.range(0, key.size()).mapToObj(i -> "k" + i).collect(Collectors.joining(", "));
    String arrays = key.stream().map(c -> "CAST(? AS text[])").collect(Collectors.joining(", "));
    String join =
        IntStream.range(0, key.size())
            .mapToObj(
                i ->
                    "t.%s = CAST(u.k%d AS %s)".formatted(key.get(i).quoted(), i, key.get(i).type()))
            .collect(Collectors.joining(" AND "));
    return "UPDATE %s t SET %s = u.fresh%s FROM unnest(%s, CAST(? AS tid[]), CAST(? AS xid[]),"
            .formatted(
                sqlName,
                secret.quoted(),
                version.map(c -> ", %s = u.version".formatted(c.quoted())).orElse(""),
                arrays)
        + " CAST(? AS bytea[]), CAST(? AS bytea[]), CAST(? AS int[]))"
        + " AS u(%s, place, since, old, fresh, version)".formatted(names)
        + " WHERE t.ctid = u.place AND %s AND (t.%s = u.old OR u.old IS NULL AND t.xmin = u.since)"
            .formatted(join, secret.quoted());
  }

  /** What a finished rotation leaves none of; empty where SQL can't tell. */
  String notUnder(int generation) {
    return table.format() == SecretFormat.ENVELOPE
        ? "substring(%s FROM 5 FOR 4) <> '\\x%08x'::bytea%s"
            .formatted(
                secret.quoted(),
                generation,
                version.map(c -> " AND " + c.quoted() + " <> 0").orElse(""))
        : "";
  }

  /** Rows of these versions; only with a version column. */
  String hasVersion(String numbers) {
    return "%s IN (%s)".formatted(version.orElseThrow().quoted(), numbers);
  }

  /** Version (null without column), key generation as hex (null for other formats), and count. */
  String census() {
    return "SELECT %s, %s, count(*) FROM %s WHERE %s IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
        .formatted(
            version.map(Column::quoted).orElse("NULL::int"),
            table.format() == SecretFormat.ENVELOPE
                ? "CASE WHEN substring(%1$s FROM 1 FOR 2) = 'GW'::bytea THEN encode(substring(%1$s FROM 5 FOR 4), 'hex') END"
                    .formatted(secret.quoted())
                : "NULL::text",
            sqlName,
            secret.quoted());
  }

  String count() {
    return "SELECT count(%s) FROM %s".formatted(secret.quoted(), sqlName);
  }
}
