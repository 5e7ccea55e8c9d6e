package dev.gatewaydb.sync.initsql;

/** What comes before what, as far as dependencies leave a choice. */
enum Phase {
  SCHEMAS,
  TYPES_AND_ROUTINES,
  TABLES,
  PARTITIONS,
  COLUMNS,
  VIEWS,
  CHECKS,
  KEYS,
  INDEXES,
  FOREIGN_KEYS,
  BEHAVIOUR,
  DATA,
  WATCHERS
}
