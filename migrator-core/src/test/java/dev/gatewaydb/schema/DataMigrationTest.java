package dev.gatewaydb.schema;

import static dev.gatewaydb.schema.GatewayDatabase.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the rows that a migration, or its undo, finds. */
@ExtendWith(GatewayDatabases.class)
final class DataMigrationTest {
  private static final String OLD_KEY = "gw_" + "0123456789abcdef".repeat(4);

  private static void migrateToLatest(GatewayDatabase db) throws Exception {
    for (var migration : GatewayFiles.reversible()) {
      db.up(migration.version());
    }
  }

  @Test
  void hashesTheKeysThatWereStoredInClear(@At(At.LAST_SIMPLE) GatewayDatabase db) throws Exception {
    db.insertClearKey(OLD_KEY, "2026-01-02 03:04:05+00");
    migrateToLatest(db);

    byte[] expected =
        MessageDigest.getInstance("SHA-256").digest(OLD_KEY.getBytes(StandardCharsets.UTF_8));
    assertThat(
            db.rows(
                """
                SELECT encode(key_hash, 'hex'), key_prefix, last_four,
                    updated_at = '2026-01-02 03:04:05+00'
                FROM api_keys\
                """))
        .containsExactly(HexFormat.of().formatHex(expected) + "|gw_0123|cdef|t");
  }

  @Test
  void showsNothingOfAShortHandMadeKey(@At(At.LAST_SIMPLE) GatewayDatabase db) throws Exception {
    db.insertClearKey("devkey", "2026-01-02 03:04:05+00");
    migrateToLatest(db);

    assertThat(db.rows("SELECT key_prefix, last_four FROM api_keys")).containsExactly("|");
  }

  @ParameterizedTest
  @CsvSource({"null, null", "60, 60", "0, 1", "-5, 1"})
  void keepsRateLimitsAndNeverLoosensOne(
      String before, String after, @At(At.LAST_SIMPLE) GatewayDatabase db) throws Exception {
    db.insertClearKey(OLD_KEY, "2026-01-02 03:04:05+00");
    db.execute("UPDATE api_keys SET rate_limit = " + before);
    migrateToLatest(db);

    assertThat(db.rows("SELECT rate_limit_per_minute::text FROM api_keys")).containsExactly(after);
  }

  @Test
  void revertingBringsBackTheKeyColumnButNoUsableKey(
      @At(At.BEFORE_CLEAR_KEY_GOES) GatewayDatabase db) throws Exception {
    db.execute(
        """
        INSERT INTO api_keys (user_id, address, name, api_key, key_hash, key_prefix, last_four)
        SELECT gen_random_uuid(), decode(repeat('ab', 20), 'hex'), 'n', 'gw_' || g,
            sha256(g::text::bytea), '', ''
        FROM generate_series(1, 20) g\
        """);
    db.up(At.CLEAR_KEY_GOES);
    List<String> hashes = db.rows("SELECT encode(key_hash, 'hex') FROM api_keys ORDER BY 1");
    db.down(At.CLEAR_KEY_GOES);

    assertThat(db.rows("SELECT api_key FROM api_keys"))
        .hasSize(20)
        .doesNotHaveDuplicates()
        .allMatch(value -> value.matches("unrecoverable:[0-9a-f-]{72}"));
    assertThat(db.rows("SELECT encode(key_hash, 'hex') FROM api_keys ORDER BY 1"))
        .isEqualTo(hashes);
    assertThat(
            db.rows(
                """
                SELECT pg_get_constraintdef(oid) FROM pg_constraint
                WHERE conname = 'api_keys_api_key_key'\
                """))
        .containsExactly("UNIQUE (api_key)");
  }

  @Test
  void droppingTheClearKeysRewritesTheTableWithoutThem(
      @At(At.BEFORE_CLEAR_KEY_GOES) GatewayDatabase db) throws Exception {
    String file = "SELECT pg_relation_filenode('api_keys')::text";
    List<String> before = db.rows(file);
    db.up(At.CLEAR_KEY_GOES);

    assertThat(db.rows(file)).isNotEqualTo(before);
  }

  @Test
  void revertingLeavesNoDeadKeyAlive(@At(At.BEFORE_CLEAR_KEY_GOES) GatewayDatabase db)
      throws Exception {
    db.execute(
        """
        INSERT INTO api_keys
            (user_id, address, name, api_key, key_hash, key_prefix, last_four, expires_at, revoked_at)
        SELECT gen_random_uuid(), decode(repeat('ab', 20), 'hex'), name, name,
            sha256(name::bytea), '', '', expires, revoked
        FROM (VALUES ('expired', now() - interval '1 s', NULL::timestamptz),
                     ('revoked', NULL, now()),
                     ('alive', now() + interval '1 h', NULL)) v (name, expires, revoked)\
        """);
    db.down(At.BEFORE_CLEAR_KEY_GOES);

    assertThat(db.rows("SELECT name FROM api_keys WHERE is_active")).containsExactly("alive");
  }

  @Test
  void existingSecretsGetChainZeroAndVersionOne(@At(At.CLEAR_KEY_GOES) GatewayDatabase db)
      throws Exception {
    db.execute(
        "INSERT INTO policy_client_secret (policy_client_address, policy_data_address, secret)"
            + " VALUES (decode(repeat('01', 20), 'hex'), decode(repeat('02', 20), 'hex'),"
            + " '\\x01')");
    db.up(At.SECRETS_GET_CHAINS);

    assertThat(db.rows("SELECT chain_id, encryption_version, envelope FROM policy_client_secret"))
        .containsExactly("0|1|\\x01");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "0, 2", "0, 0"})
  void refusesToRevertSecretsThatTheOlderSchemaCannotHold(
      long chain, int version, @At(At.SECRETS_GET_CHAINS) GatewayDatabase db) throws Exception {
    db.execute(secret(20, 20, chain, version));

    assertThatThrownBy(() -> db.down(At.SECRETS_GET_CHAINS))
        .hasMessageContaining("1 rows of policy_client_secret");
    assertThat(db.rows("SELECT chain_id, encryption_version FROM policy_client_secret"))
        .containsExactly(chain + "|" + version);
  }
}
