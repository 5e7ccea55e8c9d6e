package dev.gatewaydb.migrator.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The SQL that reads the catalog, from this package's resources, one file a kind.
 *
 * <p>Columns without an underscore are properties. The others: {@code _oid} and {@code _sub} (a
 * column's number) identify the row, {@code _parent} its table or type, {@code _schema}, {@code
 * _name}, {@code _position}, {@code _identity} where schema and name don't make one; the rest are
 * facts.
 */
public final class CatalogSql {
  /** Objects of ours: not made by initdb (FirstNormalObjectId) and no part of an extension. */
  private static final Pattern OWN = Pattern.compile("\\bOWN\\((\\w+), ([\\w.]+)\\)");

  private static final String OWN_SQL =
      "($2 >= 16384 AND NOT EXISTS (SELECT FROM pg_depend own_d WHERE own_d.classid = '$1'::regclass"
          + " AND own_d.objid = $2 AND own_d.deptype = 'e'))";

  /** The same, and no part of another object either, such as a range type's functions. */
  private static final Pattern STANDALONE = Pattern.compile("\\bSTANDALONE\\((\\w+), ([\\w.]+)\\)");

  private static final String STANDALONE_SQL = OWN_SQL.replace("= 'e'", "IN ('e', 'i')");
  private static final Pattern OPTIONS = Pattern.compile("\\bOPTIONS\\(([\\w.]+)\\)");
  private static final String OPTIONS_SQL =
      "(SELECT string_agg(o, ', ' ORDER BY o) FROM unnest($1) o)";
  private static final Pattern FDW_OPTIONS = Pattern.compile("\\bFDW_OPTIONS\\(([\\w.]+)\\)");

  /** Whatever might be a password is not even read. */
  private static final String FDW_OPTIONS_SQL =
      "(SELECT string_agg(CASE WHEN o ~* '^[^=]*(pass|secret|token|credential|key)'"
          + " THEN regexp_replace(o, '=.*', '=(hidden)') ELSE o END, ', ' ORDER BY o)"
          + " FROM unnest($1) o)";

  private CatalogSql() {}

  /**
   * The query that lists the objects of a kind, without a semicolon. Means the same on every
   * supported server, and needs an empty {@code search_path}.
   *
   * @param majorVersion of the oldest server that it has to run on
   */
  public static String of(ObjectKind kind, int majorVersion) {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return named(kind == ObjectKind.PUBLICATION && majorVersion < 15 ? name + "-14" : name);
  }

  static String named(String name) {
    String sql = read(name + ".sql");
    sql = OWN.matcher(sql).replaceAll(OWN_SQL);
    sql = STANDALONE.matcher(sql).replaceAll(STANDALONE_SQL);
    sql = FDW_OPTIONS.matcher(sql).replaceAll(FDW_OPTIONS_SQL);
    return OPTIONS.matcher(sql).replaceAll(OPTIONS_SQL);
  }

  private static String read(String file) {
    try (@Nullable InputStream in = CatalogSql.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("missing from the jar: " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
