package dev.gatewaydb.schema;

import static dev.gatewaydb.schema.GatewayDatabase.KEY;
import static dev.gatewaydb.schema.GatewayDatabase.OWNER;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Who hears of a changed key, and when {@code updated_at} moves. */
@ExtendWith(GatewayDatabases.class)
final class KeyTriggersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "UPDATE api_keys SET is_active = false; UPDATE",
        "UPDATE api_keys SET permissions = '[\"rpc\"]'; UPDATE",
        "UPDATE api_keys SET expires_at = now(); UPDATE",
        "UPDATE api_keys SET key_hash = sha256('other'), last_used_at = now(); UPDATE",
        "UPDATE api_keys SET key_hash = sha256('other'), pepper_id = 'p'; UPDATE",
        "DELETE FROM api_keys; DELETE",
      })
  void notifiesOfChangedKeys(String change, String op, GatewayDatabase db) throws Exception {
    db.insertKey();

    assertThat(notifications(db, change))
        .containsExactly("{\"op\" : \"" + op + "\", \"id\" : \"" + KEY + "\"}");
  }

  @Test
  void notifiesOfNewKeys(GatewayDatabase db) throws Exception {
    assertThat(notifications(db, GatewayDatabase.key()))
        .containsExactly("{\"op\" : \"INSERT\", \"id\" : \"" + KEY + "\"}");
  }

  @Test
  void notifiesOfTruncate(GatewayDatabase db) throws Exception {
    assertThat(notifications(db, "TRUNCATE api_keys CASCADE"))
        .containsExactly("{\"op\" : \"TRUNCATE\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "DELETE FROM api_key_previous_hash; {\"op\" : \"UPDATE\", \"id\" : \"" + KEY + "\"}",
        "UPDATE api_key_previous_hash SET valid_until = now();"
            + " {\"op\" : \"UPDATE\", \"id\" : \""
            + KEY
            + "\"}",
        "TRUNCATE api_key_previous_hash; {\"op\" : \"TRUNCATE\"}",
      })
  void notifiesOfOverlapsCutShort(String change, String heard, GatewayDatabase db)
      throws Exception {
    db.insertKey();
    db.execute(
        """
        INSERT INTO api_key_previous_hash
        SELECT sha256('old'), id, NULL, 'gw_live_efgh', 'stuv', now() + interval '1 d' FROM api_keys
        """);

    assertThat(notifications(db, change)).containsExactly(heard);
  }

  @Test
  void notifiesOfBothIdsWhenAnIdChanges(GatewayDatabase db) throws Exception {
    db.insertKey();

    assertThat(notifications(db, "UPDATE api_keys SET id = '" + OWNER + "'"))
        .containsExactly(
            "{\"op\" : \"DELETE\", \"id\" : \"" + KEY + "\"}",
            "{\"op\" : \"UPDATE\", \"id\" : \"" + OWNER + "\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE api_keys SET last_used_at = now()",
        "UPDATE api_keys SET last_used_at = now(), updated_at = updated_at - interval '1 d'",
        "UPDATE api_keys SET name = name",
        "INSERT INTO api_key_usage SELECT id, current_date, 1 FROM api_keys",
      })
  void usageWritesAreSilent(String write, GatewayDatabase db) throws Exception {
    db.insertKey();

    assertThat(notifications(db, write)).isEmpty();
  }

  @Test
  void useOfAKeyIsNoUpdateOfIt(GatewayDatabase db) throws Exception {
    db.insertKey();
    db.execute("UPDATE api_keys SET updated_at = '2026-01-01'");
    String untouched = "SELECT (updated_at = '2026-01-01')::text FROM api_keys";

    db.execute("UPDATE api_keys SET last_used_at = now()");
    db.execute("UPDATE api_keys SET key_hash = sha256('peppered'), pepper_id = 'p'");
    assertThat(db.rows(untouched)).containsExactly("true");

    db.execute("UPDATE api_keys SET name = 'renamed', last_used_at = now()");
    assertThat(db.rows(untouched)).containsExactly("false");
  }

  @Test
  void anotherHashUnderTheSamePepperIsAnUpdate(GatewayDatabase db) throws Exception {
    db.insertKey();
    db.execute("UPDATE api_keys SET updated_at = '2026-01-01'");

    db.execute("UPDATE api_keys SET key_hash = sha256('another')");
    assertThat(db.rows("SELECT (updated_at = '2026-01-01')::text FROM api_keys"))
        .containsExactly("false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"api_keys_notify_update", "api_keys_set_updated_at"})
  void triggersWatchEveryColumnButTheTwoOfUsage(String trigger, GatewayDatabase db)
      throws Exception {
    assertThat(
            db.rows(
                """
                SELECT a.attname FROM pg_attribute a
                WHERE a.attrelid = 'api_keys'::regclass AND a.attnum > 0 AND NOT a.attisdropped
                    AND NOT EXISTS (
                        SELECT FROM pg_trigger t
                        JOIN pg_depend d ON d.classid = 'pg_trigger'::regclass AND d.objid = t.oid
                        WHERE t.tgname = '%s' AND d.refobjid = a.attrelid
                            AND d.refobjsubid = a.attnum)\
                """
                    .formatted(trigger)))
        .containsExactlyInAnyOrder("last_used_at", "updated_at");
  }

  /** What a listener hears of the statement, and of nothing else. */
  private static List<String> notifications(GatewayDatabase db, String sql) throws SQLException {
    try (Connection connection = db.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("LISTEN gateway_api_keys");
      db.execute(sql);
      // Later notifications come later: once this one is here, so are those of the statement.
      db.execute("NOTIFY gateway_api_keys, 'end'");
      List<String> heard = new ArrayList<>();
      while (!heard.contains("end")) {
        PGNotification[] arrived = connection.unwrap(PGConnection.class).getNotifications(10_000);
        assertThat(arrived).as("notifications within 10 s").isNotEmpty();
        Arrays.stream(arrived).map(PGNotification::getParameter).forEach(heard::add);
      }
      heard.remove("end");
      return heard;
    }
  }
}
