package dev.gatewaydb.migrator.operate.health;

/** What is asked, a constant number of queries whatever the schema's size. */
final class HealthSql {
  /** A query without its string literals, which may be secret, on one line. */
  private static final String QUERY =
      "left(regexp_replace(regexp_replace(%s, '\\$(\\w*)\\$.*(\\$\\1\\$|$)|''([^'']|'''')*(''|$)',"
          + " '''…''', 'g'), '\\s+', ' ', 'g'), 200)";

  static final String SERVER =
      """
      SELECT current_setting('server_version') AS "version", current_database() AS "database",
             extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::bigint AS "uptimeSeconds",
             pg_is_in_recovery() AS "standby",
             CASE WHEN pg_is_in_recovery() AND pg_last_wal_receive_lsn() IS DISTINCT FROM pg_last_wal_replay_lsn()
                  THEN round(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 1)::float
                  WHEN pg_is_in_recovery() THEN 0 END AS "lagSeconds",
             pg_database_size(d.oid) AS "databaseBytes",
             age(d.datfrozenxid) AS "transactionAge",
             round(age(d.datfrozenxid) / 2147483648.0 * 100, 1)::float AS "transactionAgePercent",
             CASE WHEN s.blks_hit + s.blks_read >= 100000
                  THEN round(100.0 * s.blks_hit / (s.blks_hit + s.blks_read), 1)::float END AS "cacheHitPercent",
             s.xact_commit + s.xact_rollback AS "transactions", s.deadlocks AS "deadlocks",
             extract(epoch FROM clock_timestamp() - coalesce(s.stats_reset, pg_postmaster_start_time()))::bigint
                 AS "statisticsSeconds",
             pg_has_role('pg_read_all_stats', 'USAGE') AS "seesAll"
        FROM pg_database d JOIN pg_stat_database s ON s.datid = d.oid WHERE d.datname = current_database()
      """;

  static final String CONNECTIONS =
      """
      SELECT count(*) FILTER (WHERE usesysid IS NOT NULL AND coalesce(backend_type, 'client backend')
                 = 'client backend') AS "used",
             current_setting('max_connections')::int AS "max",
             round(100.0 * count(*) FILTER (WHERE usesysid IS NOT NULL AND coalesce(backend_type, 'client backend')
                 = 'client backend') / current_setting('max_connections')::int, 1)::float AS "percent"
        FROM pg_stat_activity
      """;

  static final String CLIENTS =
      """
      SELECT coalesce(nullif(application_name, ''), '(none)') AS "application", usename::text AS "user",
             coalesce(state, 'not visible') AS "state", count(*) AS "connections"
        FROM pg_stat_activity
       WHERE datname = current_database() AND usesysid IS NOT NULL
             AND coalesce(backend_type, 'client backend') = 'client backend'
       GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3 LIMIT 20
      """;

  static final String SESSIONS =
      """
      SELECT pid AS "pid", usename::text AS "user", application_name AS "application", state AS "state",
             wait_event_type || ':' || wait_event AS "waitsFor",
             round(extract(epoch FROM clock_timestamp() - xact_start), 1)::float AS "transactionSeconds",
             round(extract(epoch FROM clock_timestamp() - CASE WHEN state = 'active' THEN query_start
                   ELSE state_change END), 1)::float AS "stateSeconds",
             CASE WHEN wait_event_type = 'Lock'
                  THEN array_to_string(pg_blocking_pids(pid), ' ') ELSE '' END AS "blockedBy",
             %s AS "query"
        FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
             AND backend_type = 'client backend'
       ORDER BY xact_start NULLS LAST LIMIT 100
      """
          .formatted(QUERY.formatted("query"));

  static final String REPLICATION =
      """
      SELECT coalesce(nullif(application_name, ''), '(none)') AS "standby", state AS "state",
             round(extract(epoch FROM replay_lag), 1)::float AS "lagSeconds",
             pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                             ELSE pg_current_wal_lsn() END, replay_lsn)::bigint AS "lagBytes"
        FROM pg_stat_replication ORDER BY 1
      """;

  static final String SLOTS =
      """
      SELECT slot_name::text AS "slot", active AS "active",
             pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
                             ELSE pg_current_wal_lsn() END, restart_lsn)::bigint AS "retainedBytes"
        FROM pg_replication_slots ORDER BY 1
      """;

  static final String TABLES =
      """
      SELECT relid::regclass::text AS "table", pg_total_relation_size(relid) AS "bytes",
             n_live_tup AS "rows", n_dead_tup AS "deadRows",
             to_char(greatest(last_vacuum, last_autovacuum) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                 AS "lastVacuum",
             to_char(greatest(last_analyze, last_autoanalyze) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                 AS "lastAnalyze"
        FROM pg_stat_user_tables ORDER BY 2 DESC, 1 LIMIT 20
      """;

  /** Parameter: percent. */
  static final String DEAD_ROWS =
      """
      SELECT relid::regclass::text AS "table", n_live_tup AS "rows", n_dead_tup AS "deadRows",
             round(100.0 * n_dead_tup / (n_live_tup + n_dead_tup), 1)::float AS "percent",
             n_mod_since_analyze > 10000 AND n_mod_since_analyze > n_live_tup / 2 AS "statisticsOld"
        FROM pg_stat_user_tables
       WHERE (n_dead_tup >= 10000 AND 100.0 * n_dead_tup / (n_live_tup + n_dead_tup) >= ?)
             OR (n_mod_since_analyze > 10000 AND n_mod_since_analyze > n_live_tup / 2)
       ORDER BY n_dead_tup DESC, 1 LIMIT 20
      """;

  /**
   * Pages there are against pages that the rows would fill: 24 bytes of header and 4 of line
   * pointer each (PostgreSQL's "Database Page Layout"), by the average width that ANALYZE found.
   * Parameter: percent.
   */
  static final String BLOAT =
      """
      WITH big AS (
          SELECT c.oid, c.relpages, c.reltuples, n.nspname, c.relname
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'm') AND c.relpages >= 12800 AND c.reltuples >= 0
                 AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      ), estimate AS (
          SELECT b.*, ceil(b.reltuples * (28 + coalesce(sum(s.avg_width * (1 - s.null_frac)), 0))
                           / (current_setting('block_size')::int - 24)) AS needed, count(s.*) AS known
            FROM big b LEFT JOIN pg_stats s ON s.schemaname = b.nspname AND s.tablename = b.relname
           GROUP BY b.oid, b.relpages, b.reltuples, b.nspname, b.relname
      )
      SELECT oid::regclass::text AS "table", ((relpages - needed) * current_setting('block_size')::int)::bigint
                 AS "bloatBytes", round((100 * (relpages - needed) / relpages)::numeric, 1)::float AS "percent"
        FROM estimate
       WHERE known > 0 AND relpages - needed >= 12800 AND 100 * (relpages - needed) / relpages >= ?
       ORDER BY 2 DESC LIMIT 20
      """;

  /** Parameter: whether statistics are old enough to tell what is unused. */
  static final String INDEXES =
      """
      WITH i AS (
          SELECT x.*, c.relam, c.relname, c.relpages, coalesce(s.idx_scan, 0) AS scans,
                 EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid) AS constrained
            FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = x.indexrelid
           WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind = 'i'
      ), found AS (
          SELECT indexrelid, indrelid, 'invalid' AS problem, NULL::regclass AS other FROM i
           WHERE NOT indisvalid
                 AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
          UNION ALL
          SELECT DISTINCT ON (b.indexrelid) b.indexrelid, b.indrelid, 'duplicate', a.indexrelid::regclass
            FROM i a JOIN i b USING (indrelid, relam)
           WHERE a.indkey = b.indkey AND a.indclass = b.indclass AND a.indcollation = b.indcollation
                 AND a.indoption = b.indoption AND a.indisvalid AND b.indisvalid
                 AND coalesce(pg_get_expr(a.indexprs, a.indrelid), '') = coalesce(pg_get_expr(b.indexprs, b.indrelid), '')
                 AND coalesce(pg_get_expr(a.indpred, a.indrelid), '') = coalesce(pg_get_expr(b.indpred, b.indrelid), '')
                 AND NOT b.constrained AND (a.indisunique OR NOT b.indisunique)
                 AND (a.constrained, a.indisunique, -a.indexrelid::bigint)
                     > (b.constrained, b.indisunique, -b.indexrelid::bigint)
          UNION ALL
          SELECT indexrelid, indrelid, 'unused', NULL FROM i
           WHERE ? AND scans = 0 AND NOT indisunique AND NOT constrained AND indisvalid AND relpages > 128
      )
      SELECT DISTINCT ON (f.indexrelid) f.indexrelid::regclass::text AS "index", f.indrelid::regclass::text AS "table",
             f.problem AS "problem", f.other::text AS "duplicateOf", pg_relation_size(f.indexrelid) AS "bytes"
        FROM found f ORDER BY f.indexrelid, f.problem DESC LIMIT 50
      """;

  /** Parameter: percent. What the sequence can give, or its column can hold, whichever is less. */
  static final String SEQUENCES =
      """
      SELECT format('%I.%I', s.schemaname, s.sequencename) AS "sequence", s.last_value AS "lastValue",
             l.most AS "limit", round(100.0 * (s.last_value - s.min_value) / (l.most - s.min_value), 1)::float
                 AS "percent"
        FROM pg_sequences s
        LEFT JOIN LATERAL (
            SELECT a.atttypid FROM pg_depend d
              JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
                   AND d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass LIMIT 1) c ON true
       CROSS JOIN LATERAL (SELECT least(s.max_value, CASE c.atttypid WHEN 'int2'::regtype THEN 32767
             WHEN 'int4'::regtype THEN 2147483647 ELSE s.max_value END) AS most) l
       WHERE s.last_value IS NOT NULL AND s.increment_by > 0 AND NOT s.cycle AND l.most > s.min_value
             AND 100.0 * (s.last_value - s.min_value) / (l.most - s.min_value) >= ?
       ORDER BY 4 DESC, 1 LIMIT 20
      """;

  static final String STATEMENTS_SCHEMA =
      """
      SELECT quote_ident(n.nspname) AS "schema" FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
       WHERE e.extname = 'pg_stat_statements'
      """;

  static final String DATA_DIRECTORY =
      """
      SELECT current_setting('data_directory') AS "path", inet_server_addr() IS NULL
             OR inet_server_addr() << '127.0.0.0/8' OR inet_server_addr() = '::1' AS "here",
             extract(epoch FROM pg_postmaster_start_time())::bigint AS "started"
      """;

  private HealthSql() {}

  /**
   * The slowest statements of this database.
   *
   * @param schema of pg_stat_statements, quoted
   */
  static String statements(String schema) {
    return """
        SELECT calls AS "calls", round(mean_exec_time::numeric, 1)::float AS "meanMillis",
               round(total_exec_time::numeric / 1000, 1)::float AS "totalSeconds", %s AS "query"
          FROM %s.pg_stat_statements
         WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
         ORDER BY total_exec_time DESC LIMIT 10
        """
        .formatted(QUERY.formatted("query"), schema);
  }
}
