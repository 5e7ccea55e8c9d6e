package dev.gatewaydb.migrator.catalog;

import java.util.Locale;

/** The kinds of objects that a schema can have, in an order in which most can be created. */
public enum ObjectKind {
  SCHEMA("pg_namespace"),
  EXTENSION("pg_extension"),
  LANGUAGE("pg_language"),
  ACCESS_METHOD("pg_am"),
  COLLATION("pg_collation"),
  BASE_TYPE("pg_type"),
  ENUM("pg_type"),
  DOMAIN("pg_type"),
  COMPOSITE_TYPE("pg_type"),
  RANGE_TYPE("pg_type"),
  FUNCTION("pg_proc"),
  PROCEDURE("pg_proc"),
  AGGREGATE("pg_proc"),
  OPERATOR("pg_operator"),
  OPERATOR_FAMILY("pg_opfamily"),
  OPERATOR_CLASS("pg_opclass"),
  CAST("pg_cast"),
  TRANSFORM("pg_transform"),
  CONVERSION("pg_conversion"),
  TEXT_SEARCH_PARSER("pg_ts_parser"),
  TEXT_SEARCH_TEMPLATE("pg_ts_template"),
  TEXT_SEARCH_DICTIONARY("pg_ts_dict"),
  TEXT_SEARCH_CONFIGURATION("pg_ts_config"),
  FOREIGN_DATA_WRAPPER("pg_foreign_data_wrapper"),
  SERVER("pg_foreign_server"),
  USER_MAPPING("pg_user_mapping"),
  SEQUENCE("pg_class"),
  TABLE("pg_class"),
  FOREIGN_TABLE("pg_class"),
  VIEW("pg_class"),
  MATERIALIZED_VIEW("pg_class"),
  COLUMN("pg_class"),
  CONSTRAINT("pg_constraint"),
  INDEX("pg_class"),
  STATISTICS("pg_statistic_ext"),
  RULE("pg_rewrite"),
  TRIGGER("pg_trigger"),
  POLICY("pg_policy"),
  EVENT_TRIGGER("pg_event_trigger"),
  PUBLICATION("pg_publication"),
  DEFAULT_PRIVILEGES("pg_default_acl");

  private final String catalog;

  ObjectKind(String catalog) {
    this.catalog = catalog;
  }

  /** The system catalog that holds its rows. */
  String catalog() {
    return catalog;
  }

  /** In words, such as {@code materialized view}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
