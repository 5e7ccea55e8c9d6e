package dev.gatewaydb.migrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.HostPort;
import dev.gatewaydb.migrator.error.UnreachableException;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import dev.gatewaydb.testing.Project;
import dev.gatewaydb.testing.Sql;
import dev.gatewaydb.testing.ValidHistory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A service that migrates when it starts. */
@ExtendWith({ScratchPostgres.class, ValidHistory.class})
final class StartupTest {
  @TempDir private Path folder;
  private Project project;
  private final AtomicInteger attempts = new AtomicInteger();

  @BeforeEach
  void write() {
    project = new Project(folder).with("V1__a.sql", "CREATE TABLE a (id int);");
  }

  private static StartupPolicy policy(int attempts, Duration interval, Duration total) {
    return new StartupPolicy(attempts, interval, total);
  }

  /** Nobody listens there. */
  private static DataSource nowhere() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return DatabaseSettings.of(
              new HostPort("127.0.0.1", socket.getLocalPort()), "d", "u", Optional.empty())
          .dataSource();
    }
  }

  /** Counts; gives the first one's connections at first, then the second one's. */
  private DataSource switching(DataSource first, int times, DataSource then) {
    return (DataSource)
        Proxy.newProxyInstance(
            StartupTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              boolean asked = method.getName().equals("getConnection");
              boolean early = (asked ? attempts.incrementAndGet() : attempts.get()) <= times;
              try {
                return method.invoke(early ? first : then, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }

  @Test
  void waitsForTheDatabase(ScratchDatabase db) throws Exception {
    DataSource later = switching(nowhere(), 3, db.dataSource());
    MigrateReport report =
        Migrator.migrateOnStartup(
            later, project.set(), policy(5, Duration.ofMillis(10), Duration.ofMinutes(1)));
    assertThat(report.applied()).hasSize(1);
    assertThat(attempts.get()).isGreaterThan(3);
    project.stockFlyway(db).validate();
  }

  @Test
  void givesUpAfterItsAttempts(ScratchDatabase db) throws Exception {
    DataSource later = switching(nowhere(), 3, db.dataSource());
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(
            () ->
                Migrator.migrateOnStartup(
                    later, project.set(), policy(3, Duration.ZERO, Duration.ofMinutes(1))));
    assertThat(attempts).hasValue(3);
  }

  @Test
  void doesNotWaitForWhatWillNotPass(ScratchDatabase db) {
    DataSource wrong =
        switching(
            db.settings().withLogin("no_such_role", Optional.empty()).dataSource(),
            Integer.MAX_VALUE,
            db.dataSource());
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(() -> Migrator.migrateOnStartup(wrong, project.set(), StartupPolicy.DEFAULT));
    assertThat(attempts).hasValue(1);
  }

  @Test
  void endsWhenItsTimeIsOver() throws Exception {
    DataSource nowhere = nowhere();
    long start = System.nanoTime();
    assertThatExceptionOfType(UnreachableException.class)
        .isThrownBy(
            () ->
                Migrator.migrateOnStartup(
                    nowhere,
                    project.set(),
                    policy(1000, Duration.ofMinutes(1), Duration.ofMillis(300))));
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(250), Duration.ofSeconds(20));
  }

  @Test
  void fiveInstancesAtOnce(ScratchDatabase db) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(5);
    int applied = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(5)) {
      List<Future<MigrateReport>> reports = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        reports.add(
            threads.submit(
                () -> {
                  barrier.await();
                  return Migrator.migrateOnStartup(
                      db.dataSource(), project.set(), StartupPolicy.DEFAULT);
                }));
      }
      for (Future<MigrateReport> report : reports) {
        applied += report.get(60, TimeUnit.SECONDS).applied().size();
      }
    }
    assertThat(applied).isEqualTo(1);
    assertThat(Sql.rows(db, "SELECT count(*) FROM flyway_schema_history")).containsExactly("1");
  }
}
