package dev.gatewaydb.migrator.operate.backup;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a database is besides its contents, as SQL that gives it to another one. */
final class DatabaseShape {
  private static final int HAS_PROVIDERS = 15;
  private static final int RENAMED_LOCALE = 17;

  /** Settings that are lists of names: their values are stored as SQL writes them. */
  private static final Set<String> LISTS =
      Set.of(
          "search_path",
          "temp_tablespaces",
          "local_preload_libraries",
          "session_preload_libraries");

  private final Connection connection;
  private final String name;

  DatabaseShape(Connection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  String createSql(String fresh) throws SQLException {
    int major = connection.getMetaData().getDatabaseMajorVersion();
    String locale =
        major >= RENAMED_LOCALE ? "datlocale" : major >= HAS_PROVIDERS ? "daticulocale" : "NULL";
    String provider = major >= HAS_PROVIDERS ? "datlocprovider::text" : "'c'";
    String sql =
        """
        SELECT format('CREATE DATABASE %%I TEMPLATE template0 ENCODING %%L LC_COLLATE %%L LC_CTYPE %%L'
                      || ' %%s OWNER %%I%%s CONNECTION LIMIT %%s',
                      ?, pg_encoding_to_char(encoding), datcollate, datctype,
                      CASE %1$s WHEN 'i' THEN format('LOCALE_PROVIDER icu ICU_LOCALE %%L', %2$s)
                                WHEN 'b' THEN format('LOCALE_PROVIDER builtin BUILTIN_LOCALE %%L', %2$s)
                                ELSE '' END,
                      pg_get_userbyid(datdba),
                      -- To name even the usual one takes a right of its own.
                      CASE dattablespace
                           WHEN (SELECT dattablespace FROM pg_database WHERE datname = 'template0')
                           THEN '' ELSE format(' TABLESPACE %%I', spcname) END,
                      datconnlimit)
          FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace
         WHERE datname = ?
        """
            .formatted(provider, locale);
    return strings(sql, fresh, name).getFirst();
  }

  /** Settings, privileges and comment. */
  List<String> settingsSql(String fresh) throws SQLException {
    List<String> all = new ArrayList<>(settings(fresh));
    all.addAll(
        strings(
            """
            SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', ?)
              FROM pg_database WHERE datname = ? AND datacl IS NOT NULL
            """,
            fresh, name));
    all.addAll(
        strings(
            """
            SELECT format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, ?,
                          CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
                          CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
              FROM pg_database d, aclexplode(d.datacl) a
             WHERE d.datname = ? AND a.grantee <> d.datdba
            """,
            fresh, name));
    all.addAll(
        strings(
            """
            SELECT format('COMMENT ON DATABASE %I IS %L', ?, shobj_description(oid, 'pg_database'))
              FROM pg_database
             WHERE datname = ? AND shobj_description(oid, 'pg_database') IS NOT NULL
            """,
            fresh, name));
    return all;
  }

  private List<String> settings(String fresh) throws SQLException {
    String sql =
        """
        SELECT CASE s.setrole WHEN 0 THEN format('ALTER DATABASE %I SET ', ?)
                    ELSE format('ALTER ROLE %I IN DATABASE %I SET ', pg_get_userbyid(s.setrole), ?) END,
               split_part(c, '=', 1), substr(c, strpos(c, '=') + 1),
               quote_ident(split_part(c, '=', 1)), quote_literal(substr(c, strpos(c, '=') + 1))
          FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
         WHERE d.datname = ?
        """;
    List<String> all = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, fresh);
      statement.setString(2, fresh);
      statement.setString(3, name);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          boolean list = LISTS.contains(rows.getString(2)) && !rows.getString(3).isEmpty();
          all.add(rows.getString(1) + rows.getString(4) + " TO " + rows.getString(list ? 3 : 5));
        }
      }
    }
    return all;
  }

  private List<String> strings(String sql, String... parameters) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          strings.add(rows.getString(1));
        }
      }
    }
    return strings;
  }
}
