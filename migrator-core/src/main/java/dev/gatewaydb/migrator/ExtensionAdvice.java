package dev.gatewaydb.migrator;

import java.util.Set;

/** How a server gets an extension, in words. */
final class ExtensionAdvice {
  static final String SUPERUSER =
      "as a superuser, or what a managed server has in its place: rds_superuser on RDS,"
          + " cloudsqlsuperuser on Cloud SQL, azure_pg_admin on Azure";

  /** PostgreSQL's appendix "Additional Supplied Modules and Extensions", 14 to 18. */
  private static final Set<String> SUPPLIED =
      Set.of(
          "adminpack",
          "amcheck",
          "autoinc",
          "bloom",
          "btree_gin",
          "btree_gist",
          "citext",
          "cube",
          "dblink",
          "dict_int",
          "dict_xsyn",
          "earthdistance",
          "file_fdw",
          "fuzzystrmatch",
          "hstore",
          "insert_username",
          "intagg",
          "intarray",
          "isn",
          "lo",
          "ltree",
          "moddatetime",
          "old_snapshot",
          "pageinspect",
          "pg_buffercache",
          "pg_freespacemap",
          "pg_logicalinspect",
          "pg_overexplain",
          "pg_prewarm",
          "pg_stat_statements",
          "pg_surgery",
          "pg_trgm",
          "pg_visibility",
          "pg_walinspect",
          "pgcrypto",
          "pgrowlocks",
          "pgstattuple",
          "postgres_fdw",
          "refint",
          "seg",
          "sslinfo",
          "tablefunc",
          "tcn",
          "tsm_system_rows",
          "tsm_system_time",
          "unaccent",
          "uuid-ossp",
          "xml2");

  private ExtensionAdvice() {}

  /** For one whose files the server has. */
  static String installable(boolean byThisRole) {
    return byThisRole
        ? "Run 'gwdb prerequisites apply'; this role may."
        : "Run 'gwdb prerequisites apply' " + SUPERUSER + ".";
  }

  /** For one that the server doesn't have at all. */
  static String unavailable(String name, int major) {
    String managed =
        "A managed server has only what its provider offers; RDS lists that with SHOW"
            + " rds.extensions.";
    if (SUPPLIED.contains(name)) {
      return ("It belongs to PostgreSQL: install postgresql-%1$d (Debian, Ubuntu),"
              + " postgresql%1$d-contrib (Red Hat, Alpine). %2$s")
          .formatted(major, managed);
    }
    return "Install its package on the server; on Debian and Ubuntu, look with: apt-cache search '^postgresql-%d-' | grep -i %s\n%s"
        .formatted(major, shellWord(name), managed);
  }

  /** Packages leave the prefix out: postgresql-15-cron is pg_cron. */
  private static String shellWord(String name) {
    String word = name.startsWith("pg_") ? name.substring("pg_".length()) : name;
    return word.matches("[\\w.-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** For one that the server has in other versions than the one asked for. */
  static String otherVersion(String wanted, String offered) {
    return "The server has it, but can't install version %s; its default is %s. Update its package, or ask for no version."
        .formatted(wanted, offered);
  }
}
