package dev.gatewaydb.benchmark;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * A thousand small migrations, by us, by Flyway's own API, and their statements alone, each in a
 * transaction: in turn on one server.
 */
public final class MigrateBenchmark {
  private static final int MIGRATIONS = 1000;
  private static final int ROUNDS = 4;

  private MigrateBenchmark() {}

  /** Takes the cache folder as its argument. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("gwdb-benchmark");
    for (int i = 1; i <= MIGRATIONS; i++) {
      Files.writeString(folder.resolve("V%d__table_%d.sql".formatted(i, i)), statement(i));
    }
    try (ScratchServer server = ScratchServer.embedded(Path.of(args[0]))) {
      for (int round = 1; round <= ROUNDS; round++) {
        try (ScratchDatabase ours = server.create();
            ScratchDatabase theirs = server.create();
            ScratchDatabase alone = server.create()) {
          Migrator migrator = new Migrator(ours.dataSource(), MigrationSet.read(folder));
          print(round, "ours", migrator::migrate);
          print(round, "ours, nothing pending", migrator::migrate);
          Flyway flyway = stock(theirs.dataSource(), folder);
          print(round, "Flyway", flyway::migrate);
          print(round, "Flyway, nothing pending", flyway::migrate);
          print(round, "the statements alone", () -> execute(alone));
        }
      }
    }
  }

  private static String statement(int i) {
    return "CREATE TABLE t%d (id BIGINT PRIMARY KEY, name TEXT);%n".formatted(i);
  }

  private static void execute(ScratchDatabase database) {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = 1; i <= MIGRATIONS; i++) {
        statement.execute(statement(i));
        connection.commit();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Flyway stock(DataSource dataSource, Path folder) {
    return Flyway.configure()
        .dataSource(dataSource)
        .locations("filesystem:" + folder)
        .placeholderReplacement(false)
        .load();
  }

  private static void print(int round, String what, Runnable work) {
    long start = System.nanoTime();
    work.run();
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    System.out.printf(
        "round %d: %-24s %6d ms, %.2f ms each%n",
        round, what, millis, millis / (double) MIGRATIONS);
  }
}
