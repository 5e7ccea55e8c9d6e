package dev.gatewaydb.schema;

import static dev.gatewaydb.schema.GatewayDatabase.key;
import static dev.gatewaydb.schema.GatewayDatabase.reference;
import static dev.gatewaydb.schema.GatewayDatabase.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the newest schema contains and what it refuses. */
@ExtendWith(GatewayDatabases.class)
final class ColumnRulesTest {
  private static GatewayDatabase db;

  @BeforeAll
  static void connect(GatewayDatabase latest) {
    db = latest;
  }

  @BeforeEach
  void begin() throws Exception {
    db.execute("BEGIN");
  }

  @AfterEach
  void rollback() throws Exception {
    db.execute("ROLLBACK");
  }

  @Test
  void ownsExactlyTheDeclaredTables() throws Exception {
    assertThat(
            db.rows(
                """
                SELECT relname FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')\
                """))
        .containsExactlyInAnyOrderElementsOf(GatewaySchema.ownedTables());
  }

  @Test
  void everyTableAndColumnHasAComment() throws Exception {
    assertThat(
            db.rows(
                """
                SELECT c.relname || coalesce('.' || a.attname, '')
                FROM pg_class c
                LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                LEFT JOIN pg_description d
                    ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                    AND (d.description IS NULL OR obj_description(c.oid, 'pg_class') IS NULL)\
                """))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "19, api_keys_address_len",
    "21, api_keys_address_len",
    "0, api_keys_address_len",
  })
  void refusesKeyAddressesThatAreNot20Bytes(int bytes, String constraint) {
    db.refuses(key(bytes, 32, "gw_live_abcd", "wxyz"), constraint);
  }

  @ParameterizedTest
  @CsvSource({
    "31, gw_live_abcd, wxyz, api_keys_key_hash_len",
    "33, gw_live_abcd, wxyz, api_keys_key_hash_len",
    "32, gw_live_abcde, wxyz, api_keys_key_prefix_len",
    "32, gw_live_abcd, vwxyz, api_keys_last_four_len",
  })
  void refusesHashesAndHintsOfAnotherLength(
      int hash, String prefix, String lastFour, String constraint) {
    db.refuses(key(20, hash, prefix, lastFour), constraint);
  }

  @ParameterizedTest
  @CsvSource({
    "environment = 'dev', api_keys_environment_known",
    "tier = 'gold', api_keys_tier_known",
    "rate_limit_per_minute = 0, api_keys_rate_limit_per_minute_positive",
    "burst = 0, api_keys_burst_positive",
    "monthly_quota = 0, api_keys_monthly_quota_positive",
    "permissions = '{}', api_keys_permissions_array",
  })
  void refusesKeySettingsOutOfRange(String setting, String constraint) throws Exception {
    db.insertKey();

    db.refuses("UPDATE api_keys SET " + setting, constraint);
  }

  @ParameterizedTest
  @CsvSource({
    "19, 20, 0, 1, policy_client_secret_client_address_len",
    "21, 20, 0, 1, policy_client_secret_client_address_len",
    "20, 19, 0, 1, policy_client_secret_data_address_len",
    "20, 21, 0, 1, policy_client_secret_data_address_len",
    "20, 20, -1, 1, policy_client_secret_chain_id_range",
    "20, 20, 0, 3, policy_client_secret_encryption_version_known",
    "20, 20, 0, -1, policy_client_secret_encryption_version_known",
  })
  void refusesSecretsOutOfRange(int client, int data, long chain, int version, String constraint) {
    db.refuses(secret(client, data, chain, version), constraint);
  }

  @ParameterizedTest
  @CsvSource({
    "19, 20, 32, 64, 2, encrypted_data_refs_sender_address_len",
    "21, 20, 32, 64, 2, encrypted_data_refs_sender_address_len",
    "20, 19, 32, 64, 2, encrypted_data_refs_policy_client_address_len",
    "20, 21, 32, 64, 2, encrypted_data_refs_policy_client_address_len",
    "20, 20, 31, 64, 2, encrypted_data_refs_recipient_pubkey_len",
    "20, 20, 33, 64, 2, encrypted_data_refs_recipient_pubkey_len",
    "20, 20, 32, 63, 2, encrypted_data_refs_signature_len",
    "20, 20, 32, 65, 2, encrypted_data_refs_signature_len",
    "20, 20, 32, 64, 0, encrypted_data_refs_envelope_size",
    "20, 20, 32, 64, 1048577, encrypted_data_refs_envelope_size",
  })
  void refusesReferencesOfAnotherLength(
      int sender, int client, int recipient, int signature, int envelope, String constraint) {
    db.refuses(reference(sender, client, recipient, signature, envelope), constraint);
  }

  @Test
  void takesReferencesAtTheLimits() {
    assertThatCode(() -> db.execute(reference(20, 20, 32, 64, 1_048_576)))
        .doesNotThrowAnyException();
  }

  @Test
  void metadataIsASingleUnmarkedRow() throws Exception {
    assertThat(db.rows("SELECT id, environment FROM gateway_metadata")).containsExactly("t|null");
    db.refuses("INSERT INTO gateway_metadata DEFAULT VALUES", "gateway_metadata_pkey");
  }

  @Test
  void metadataIsNoOtherRow() {
    db.refuses("INSERT INTO gateway_metadata (id) VALUES (false)", "gateway_metadata_single_row");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "123456789012345678901234567890123"})
  void refusesMarkersThatAreEmptyOrTooLong(String marker) {
    db.refuses(
        "UPDATE gateway_metadata SET environment = '" + marker + "'",
        "gateway_metadata_environment_len");
  }

  @Test
  void deletingAKeyTakesItsUsageAlong() throws Exception {
    db.insertKey();
    db.execute("INSERT INTO api_key_usage SELECT id, current_date, 1 FROM api_keys");
    db.execute("DELETE FROM api_keys");

    assertThat(db.rows("SELECT api_key_id::text FROM api_key_usage")).isEmpty();
  }
}
