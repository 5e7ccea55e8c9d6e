SELECT c.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(c.cfgname) AS _name,
       c.cfgowner::regrole::text AS owner,
       quote_ident(pn.nspname) || '.' || quote_ident(p.prsname) AS parser,
       (SELECT string_agg(m.token || ' WITH ' || m.dictionaries, E'\n' ORDER BY m.token) FROM (
           SELECT quote_ident(t.alias) AS token,
                  string_agg(quote_ident(dn.nspname) || '.' || quote_ident(d.dictname), ', ' ORDER BY m.mapseqno)
                      AS dictionaries
             FROM pg_ts_config_map m
             JOIN ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
             JOIN pg_ts_dict d ON d.oid = m.mapdict
             JOIN pg_namespace dn ON dn.oid = d.dictnamespace
            WHERE m.mapcfg = c.oid
            GROUP BY t.alias) m) AS mappings
  FROM pg_ts_config c
  JOIN pg_namespace n ON n.oid = c.cfgnamespace
  JOIN pg_ts_parser p ON p.oid = c.cfgparser
  JOIN pg_namespace pn ON pn.oid = p.prsnamespace
 WHERE OWN(pg_ts_config, c.oid)
