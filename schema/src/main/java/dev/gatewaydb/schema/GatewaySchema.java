package dev.gatewaydb.schema;

import java.time.Duration;
import java.util.List;

/**
 * What the gateway owns in the database that it shares with the dashboard, at the newest version.
 *
 * <p>Table names are unqualified and unquoted; {@code user} is a reserved word, so SQL has to quote
 * it.
 */
public final class GatewaySchema {
  private static final List<String> OWNED =
      List.of(
          "api_keys",
          "policy_client_secret",
          "encrypted_data_refs",
          "api_key_usage",
          "gateway_metadata",
          "api_key_previous_hash",
          "api_key_change");
  private static final List<String> EXPORTED =
      List.of("api_keys", "policy_client_secret", "encrypted_data_refs");
  private static final List<String> DASHBOARD =
      List.of("user", "user_factor", "user_key", "cli_session", "project");
  private static final List<ExternalReference> EXTERNAL =
      List.of(new ExternalReference("api_keys", "user_id", "user", "id", "api_keys_user_id_fkey"));

  // Usage for 400 days, so that a month can be compared with that of the year before.
  private static final List<RetainedTable> RETENTION =
      List.of(
          new RetainedTable("refs", "encrypted_data_refs", "expires_at", Duration.ZERO),
          new RetainedTable("usage", "api_key_usage", "usage_date", Duration.ofDays(400)));
  private static final RetainedTable AUDIT =
      new RetainedTable("audit", "api_key_change", "changed_at", Duration.ofDays(400));

  private GatewaySchema() {}

  /** The class path folder of the migrations, without slashes at its ends. */
  public static String migrationsLocation() {
    return "dev/gatewaydb/schema/migration";
  }

  /** The gateway's tables; each comes after the tables that it references. */
  public static List<String> ownedTables() {
    return OWNED;
  }

  /** The owned table whose single row says what the database is, in {@code environment}. */
  public static String environmentTable() {
    return "gateway_metadata";
  }

  /** What may be deleted when it is old; see {@link #audit()} for the table that stands apart. */
  public static List<RetainedTable> retention() {
    return RETENTION;
  }

  /** The table that says who changed what, and how long that has to be kept at least. */
  public static RetainedTable audit() {
    return AUDIT;
  }

  /** The owned tables that the dashboard's init SQL creates, in the order of creation. */
  public static List<String> exportedTables() {
    return EXPORTED;
  }

  /** The dashboard's tables, which share the database and which the gateway never changes. */
  public static List<String> dashboardTables() {
    return DASHBOARD;
  }

  /** The foreign keys that appear once the dashboard's tables do. */
  public static List<ExternalReference> externalReferences() {
    return EXTERNAL;
  }
}
