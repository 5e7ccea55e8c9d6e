package dev.gatewaydb.migrator.catalog;

/** How much a difference matters; the last is the worst. */
public enum Severity {
  /** Nothing behaves differently: comments, the order of columns, names. */
  COSMETIC,
  /** Programs get the same results, but not everybody may do it, or not as fast. */
  NOTABLE,
  /** Programs can get other results or errors. */
  BREAKING
}
