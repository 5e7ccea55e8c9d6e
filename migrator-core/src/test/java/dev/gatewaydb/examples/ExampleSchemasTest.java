package dev.gatewaydb.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** The other deployments' schemas keep the rules that their documents state. */
@ExtendWith(ScratchPostgres.class)
final class ExampleSchemasTest {
  private static Connection migrated(ScratchDatabase db, String example, Layout layout)
      throws SQLException {
    Path folder = Path.of("..", "docs", "examples", example, "migrations");
    new Migrator(db, MigrationSet.read(folder, layout)).migrate();
    return db.dataSource().getConnection();
  }

  private static String value(Connection connection, String sql) throws SQLException {
    return Sql.rows(connection, sql).getFirst();
  }

  private static void refuses(Connection connection, String sql, String message) {
    assertThatExceptionOfType(SQLException.class)
        .as(sql)
        .isThrownBy(() -> Sql.execute(connection, sql))
        .withMessageContaining(message);
  }

  @Test
  void silentPulseTellsOfNewAlertsAndOfNewStates(ScratchDatabase db) throws Exception {
    try (Connection connection = migrated(db, "silentpulse", Layout.GOLANG_MIGRATE)) {
      Sql.execute(
          connection,
          """
          LISTEN alerts;
          INSERT INTO tenants (name) VALUES ('t');
          INSERT INTO alerts (tenant_id, source, title, severity)
          SELECT id, 'probe', 'no heartbeat', 'high' FROM tenants
          """);
      Sql.execute(connection, "UPDATE alerts SET title = 'no heartbeat for 5 minutes'");
      Sql.execute(connection, "UPDATE alerts SET status = 'open'");
      Sql.execute(connection, "UPDATE alerts SET status = 'resolved'");
      PGNotification[] told = connection.unwrap(PGConnection.class).getNotifications();
      assertThat(told).hasSize(2).allMatch(n -> n.getName().equals("alerts"));
      assertThat(told[0].getParameter())
          .contains("\"op\" : \"insert\"", "\"status\" : \"open\"")
          .contains(value(connection, "SELECT id FROM alerts"))
          .contains(value(connection, "SELECT id FROM tenants"));
      assertThat(told[1].getParameter())
          .contains("\"op\" : \"update\"", "\"status\" : \"resolved\"");
    }
  }

  @Test
  void smallyKeepsUsageWithoutItsKeyAndNotWithoutItsUser(ScratchDatabase db) throws Exception {
    try (Connection connection = migrated(db, "smally", Layout.SQLX)) {
      Sql.execute(
          connection,
          """
          INSERT INTO users (email) VALUES ('admin@example.com');
          INSERT INTO api_keys (user_id, key_hash, key_prefix)
          SELECT id, repeat('0', 64), 'sk_' FROM users;
          INSERT INTO usage (user_id, api_key_id, count) SELECT user_id, id, 7 FROM api_keys;
          DELETE FROM api_keys
          """);
      assertThat(value(connection, "SELECT sum(count) FROM usage WHERE api_key_id IS NULL"))
          .isEqualTo("7");
      Sql.execute(connection, "DELETE FROM users");
      assertThat(value(connection, "SELECT count(*) FROM usage")).isEqualTo("0");
      refuses(connection, "INSERT INTO users (email, tier) VALUES ('a@b', 'gold')", "tier");
    }
  }

  @Test
  void rackGatewayHasOneEnvironmentAndOneLiveApproval(ScratchDatabase db) throws Exception {
    try (Connection connection = migrated(db, "rack-gateway", Layout.PLAIN)) {
      String marker = "INSERT INTO rgw_internal_metadata (environment) VALUES ('development')";
      Sql.execute(connection, marker);
      refuses(connection, marker, "duplicate key");
      String approval =
          """
          INSERT INTO deploy_approval_requests (message, app, git_commit_hash, target_api_token_id)
          SELECT 'm', 'a', 'c0ffee', id FROM api_tokens
          """;
      Sql.execute(
          connection,
          """
          INSERT INTO users (email, name, roles) VALUES ('a@b', 'a', '["admin"]');
          INSERT INTO api_tokens (token_hash, name, user_id) SELECT repeat('0', 64), 't', id FROM users;
          """
              + approval);
      refuses(connection, approval, "idx_deploy_approval_requests_one_live");
      Sql.execute(
          connection, "UPDATE deploy_approval_requests SET status = 'rejected';" + approval);
      refuses(connection, "UPDATE users SET roles = '{}'", "users_roles_check");
    }
  }

  @Test
  void rackGatewaysAuditChainTakesItsIndexFromItsHead(ScratchDatabase db) throws Exception {
    try (Connection connection = migrated(db, "rack-gateway", Layout.PLAIN)) {
      connection.setAutoCommit(false);
      append(connection, 0, "NULL", "aa");
      connection.rollback();
      append(connection, 0, "NULL", "aa");
      append(connection, 1, "aa", "bb");
      connection.commit();
      connection.setAutoCommit(true);
      assertThat(value(connection, "SELECT array_agg(chain_index) FROM audit.audit_event"))
          .isEqualTo("{0,1}");
      assertThat(Sql.rows(connection, "SELECT * FROM audit.broken_links()")).isEmpty();

      refuses(connection, appending(1, "aa", "cc"), "the audit chain is at index 2");
      refuses(connection, appending(3, "bb", "cc"), "the audit chain is at index 2");
      refuses(connection, appending(2, "cc", "dd"), "the audit chain is at index 2");

      Sql.execute(
          connection,
          """
          INSERT INTO audit.audit_event (timestamp, chain_index, previous_hash, event_hash,
                                         user_email, action_type, action, status)
          SELECT timestamp, 5, event_hash, event_hash, '', '', '', ''
            FROM audit.audit_event WHERE chain_index = 0
          """);
      assertThat(Sql.rows(connection, "SELECT * FROM audit.broken_links()"))
          .containsExactly("5|follows 1: events are missing");
    }
  }

  private static void append(Connection connection, int index, String previous, String hash)
      throws SQLException {
    assertThat(value(connection, "SELECT chain_index FROM audit.next_link()"))
        .isEqualTo("" + index);
    value(connection, appending(index, previous, hash));
  }

  private static String appending(int index, String previous, String hash) {
    String before = previous.equals("NULL") ? "NULL" : "repeat('%s', 32)".formatted(previous);
    return """
        SELECT audit.append_event(jsonb_build_object('timestamp', now(), 'chain_index', %d,
            'previous_hash', '\\x' || %s, 'event_hash', '\\x' || repeat('%s', 32),
            'user_email', 'a@b', 'action_type', 'app', 'action', 'deploy', 'status', 'ok'))
        """
        .formatted(index, before, hash);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE audit.audit_event SET status = 'ok' WHERE false",
        "DELETE FROM audit.audit_event",
        "TRUNCATE audit.audit_event",
        "SET session_replication_role = replica; DELETE FROM audit.audit_event"
      })
  void rackGatewaysAuditEventsStay(String change, ScratchDatabase db) throws Exception {
    try (Connection connection = migrated(db, "rack-gateway", Layout.PLAIN)) {
      refuses(connection, change, "audit.audit_event is append-only");
    }
  }

  @Test
  void rackGatewaysAuditChainLosesItsBeginningAlone(ScratchDatabase db) throws Exception {
    try (Connection connection = migrated(db, "rack-gateway", Layout.PLAIN)) {
      // Ten events, a hundred days apart; the sixth is out of order, and as young as the last.
      Sql.execute(
          connection,
          """
          INSERT INTO audit.audit_event (timestamp, chain_index, previous_hash, event_hash,
                                         user_email, action_type, action, status)
          SELECT now() - interval '1 day' - CASE g WHEN 5 THEN 0 ELSE 9 - g END * interval '100 days', g,
                 CASE WHEN g > 0 THEN sha256((g - 1)::text::bytea) END, sha256(g::text::bytea), '', '', '', ''
            FROM generate_series(0, 9) g
          """);
      assertThat(Sql.rows(connection, "SELECT * FROM audit.broken_links()")).isEmpty();
      String prune = "SELECT audit.prune_events(now() - interval '%s', 3)";
      refuses(connection, prune.formatted("399 days"), "audit events are kept for 400 days");
      assertThat(value(connection, prune.formatted("700 days"))).isEqualTo("3");
      assertThat(value(connection, prune.formatted("700 days"))).isEqualTo("0");
      assertThat(value(connection, prune.formatted("400 days"))).isEqualTo("2");
      assertThat(value(connection, prune.formatted("400 days"))).isEqualTo("0");
      assertThat(
              value(
                  connection, "SELECT min(chain_index) || ' ' || count(*) FROM audit.audit_event"))
          .isEqualTo("5 5");
      assertThat(Sql.rows(connection, "SELECT * FROM audit.broken_links()")).isEmpty();
      assertThat(
              value(
                  connection,
                  "SELECT chain_index || ' ' || (event_hash = sha256('4'::bytea)) FROM audit.pruned"))
          .isEqualTo("4 true");

      refuses(connection, "DELETE FROM audit.audit_event WHERE chain_index = 5", "append-only");
      refuses(connection, "UPDATE audit.pruned SET chain_index = 9", "UPDATE refused");
      refuses(connection, "DELETE FROM audit.pruned", "DELETE refused");
      refuses(connection, "TRUNCATE audit.pruned", "TRUNCATE refused");
      refuses(
          connection,
          "ALTER TABLE audit.audit_event DISABLE TRIGGER audit_event_append_only;"
              + " DELETE FROM audit.audit_event WHERE chain_index = 5",
          "append-only");
      assertThat(value(connection, "SELECT chain_index FROM audit.next_link()")).isEqualTo("10");
    }
  }

  @Test
  void rackGatewaysNewestAuditEventStays(ScratchDatabase db) throws Exception {
    try (Connection connection = migrated(db, "rack-gateway", Layout.PLAIN)) {
      Sql.execute(
          connection,
          """
          INSERT INTO audit.audit_event (timestamp, chain_index, event_hash, user_email, action_type, action, status)
          VALUES ('2001-01-01', 0, sha256(''), '', '', '', '')
          """);
      String prune = "SELECT audit.prune_events('2020-01-01', 10)";
      assertThat(value(connection, prune)).isEqualTo("0");
      assertThat(Sql.rows(connection, "SELECT * FROM audit.broken_links()")).isEmpty();
    }
  }

  @Test
  void rackGatewaysHashTellsFieldsApart(ScratchDatabase db) throws Exception {
    try (Connection connection = migrated(db, "rack-gateway", Layout.PLAIN)) {
      String hashed =
          value(connection, hashed("production", "\"action\": \"ab\", \"command\": \"c\""));
      assertThat(value(connection, hashed("production", "\"action\": \"ab\", \"command\": \"c\"")))
          .isEqualTo(hashed);
      for (String other :
          new String[] {
            hashed("production", "\"action\": \"a\", \"command\": \"bc\""),
            hashed("staging", "\"action\": \"ab\", \"command\": \"c\""),
            hashed("production", "\"action\": \"ab\", \"command\": \"c\", \"request_id\": \"r\""),
            hashed("production", "\"action\": \"ab\", \"command\": \"c\", \"event_count\": 2"),
            hashed("production", "\"action\": \"ab\", \"command\": \"c\", \"details\": \"\"")
          }) {
        assertThat(value(connection, other)).as(other).isNotEqualTo(hashed);
      }
    }
  }

  private static String hashed(String chain, String fields) {
    return "SELECT audit.hashed_bytes('%s', jsonb_populate_record(NULL::audit.audit_event, '{%s}'))"
        .formatted(chain, fields);
  }
}
