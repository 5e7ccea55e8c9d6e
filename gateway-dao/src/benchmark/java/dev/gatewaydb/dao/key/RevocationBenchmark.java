package dev.gatewaydb.dao.key;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** From the commit of a revocation until each of five instances denies the key. */
public final class RevocationBenchmark {
  private static final int ROUNDS = 500;
  private static final int INSTANCES = 5;

  private RevocationBenchmark() {}

  /** Prints the quantiles over all rounds of the slowest instance's time. */
  public static void main(String[] args) throws Exception {
    try (BenchmarkDatabase database = BenchmarkDatabase.start();
        HikariDataSource pool = database.pool(INSTANCES * 2 + 2)) {
      String[] secrets = database.createKeys(ROUNDS);
      ApiKeyStore store = new ApiKeyStore(pool, KeyHasher.PLAIN);
      List<ApiKeyAuthenticator> instances = new ArrayList<>();
      for (int i = 0; i < INSTANCES; i++) {
        instances.add(ApiKeyAuthenticator.on(pool).withoutUsage().start());
      }
      while (!instances.stream().allMatch(ApiKeyAuthenticator::isListening)) {
        Thread.sleep(10);
      }
      double[] millis = new double[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        millis[round] = round(pool, store, instances, secrets[round]);
      }
      Arrays.sort(millis);
      System.out.printf(
          "revocation to denial on %d instances, %d rounds: p50 %.2f ms, p99 %.2f ms, most %.2f ms%n",
          INSTANCES, ROUNDS, millis[ROUNDS / 2], millis[ROUNDS * 99 / 100], millis[ROUNDS - 1]);
      instances.forEach(ApiKeyAuthenticator::close);
    }
  }

  private static double round(
      HikariDataSource pool, ApiKeyStore store, List<ApiKeyAuthenticator> instances, String secret)
      throws Exception {
    for (ApiKeyAuthenticator each : instances) {
      if (!isGranted(each, secret)) {
        throw new IllegalStateException("denied before it was revoked");
      }
    }
    ApiKey key = store.findShown(secret.substring(0, 12)).getFirst();
    long committed;
    try (Connection connection = pool.getConnection();
        PreparedStatement revoke =
            connection.prepareStatement("UPDATE api_keys SET revoked_at = now() WHERE id = ?")) {
      connection.setAutoCommit(false);
      revoke.setObject(1, key.id());
      revoke.executeUpdate();
      connection.commit();
      committed = System.nanoTime();
    }
    for (ApiKeyAuthenticator each : instances) {
      while (isGranted(each, secret)) {
        Thread.sleep(0, 50_000);
      }
    }
    return (System.nanoTime() - committed) / 1e6;
  }

  private static boolean isGranted(ApiKeyAuthenticator instance, String secret) {
    return instance.authenticate(secret, Permission.RPC_READ) instanceof Authentication.Granted;
  }
}
