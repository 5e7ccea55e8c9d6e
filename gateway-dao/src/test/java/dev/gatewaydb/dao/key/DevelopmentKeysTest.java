package dev.gatewaydb.dao.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ScratchPostgres.class)
final class DevelopmentKeysTest {
  private static long count(ScratchDatabase database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM api_keys")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Test
  void makesOneKeyForEachThingToTry(@Migrated ScratchDatabase database) throws SQLException {
    List<IssuedKey> keys = DevelopmentKeys.seed(database.dataSource(), KeyHasher.PLAIN);
    assertThat(keys)
        .extracting(issued -> issued.key().name())
        .containsExactly("dev-admin", "dev-rpc", "dev-rpc_read");
    assertThat(keys)
        .extracting(issued -> issued.key().permissions().toString())
        .containsExactly("admin", "rpc", "rpc_read");
    assertThat(keys).extracting(key -> key.secret().reveal()).doesNotHaveDuplicates();
    assertThat(count(database)).isEqualTo(3);
  }

  @Test
  void theKeysVerifyAgainstTheStoredHashes(@Migrated ScratchDatabase database) throws Exception {
    String sql =
        """
        SELECT id, name, permissions::text, environment, key_prefix, last_four, is_active,
               octet_length(address), k::text
          FROM api_keys k WHERE key_hash = ? AND revoked_at IS NULL AND expires_at IS NULL
        """;
    for (IssuedKey issued : DevelopmentKeys.seed(database.dataSource(), KeyHasher.PLAIN)) {
      String text = issued.secret().reveal();
      ApiKey key = issued.key();
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      try (Connection connection = database.dataSource().getConnection();
          PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setBytes(1, hash);
        try (ResultSet row = statement.executeQuery()) {
          assertThat(row.next()).isTrue();
          assertThat(row.getString(1)).isEqualTo(key.id().toString());
          assertThat(row.getString(2)).isEqualTo(key.name());
          assertThat(row.getString(3)).isEqualTo("[\"" + key.permissions() + "\"]");
          assertThat(row.getString(4)).isEqualTo("test");
          assertThat(text).startsWith(row.getString(5)).endsWith(row.getString(6));
          assertThat(row.getBoolean(7)).isTrue();
          assertThat(row.getInt(8)).isEqualTo(20);
          assertThat(row.getString(9)).doesNotContain(text).doesNotContain(text.substring(12));
          assertThat(row.next()).isFalse();
        }
      }
    }
  }

  @Test
  void makesNothingTwice(@Migrated ScratchDatabase database) throws SQLException {
    DevelopmentKeys.seed(database.dataSource(), KeyHasher.PLAIN);
    assertThat(DevelopmentKeys.seed(database.dataSource(), KeyHasher.PLAIN)).isEmpty();
    assertThat(count(database)).isEqualTo(3);
  }

  @Test
  void replacesTheOneThatIsGone(@Migrated ScratchDatabase database) throws SQLException {
    DevelopmentKeys.seed(database.dataSource(), KeyHasher.PLAIN);
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("DELETE FROM api_keys WHERE name = 'dev-rpc'")).isOne();
    }
    assertThat(DevelopmentKeys.seed(database.dataSource(), KeyHasher.PLAIN))
        .extracting(issued -> issued.key().name())
        .containsExactly("dev-rpc");
    assertThat(count(database)).isEqualTo(3);
  }

  @Test
  void manyAtOnceMakeThreeTogether(@Migrated ScratchDatabase database) throws Exception {
    List<Callable<List<IssuedKey>>> seeds = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      seeds.add(() -> DevelopmentKeys.seed(database.dataSource(), KeyHasher.PLAIN));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(seeds.size())) {
      int made = 0;
      for (var result : threads.invokeAll(seeds)) {
        made += result.get().size();
      }
      assertThat(made).isEqualTo(3);
    }
    assertThat(count(database)).isEqualTo(3);
  }
}
